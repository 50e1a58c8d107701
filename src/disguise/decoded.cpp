// escapes, percent, base64, hex: what comes out must be text, or it stays as it is.
#include "disguise/ascii.h"
#include "disguise/readable.h"
#include "disguise/steps.h"
#include "text/unicode.h"

namespace signalbox::disguise {
namespace {

constexpr std::size_t kFewestEscapes = 3;
constexpr std::size_t kFewestBase64 = 16;  // characters
constexpr std::size_t kFewestBytes = 8;    // of hex
constexpr std::size_t kMimeLine = 60;      // a run of base64 that long may go on in the next line

// One sequence at `pos` and the character it stands for; length 0: there is none.
struct Sequence {
  char32_t value = 0;
  std::size_t length = 0;
};

Sequence hex_digits(std::string_view text, std::size_t pos, std::size_t least, std::size_t most) {
  Sequence found;
  while (found.length < most && pos + found.length < text.size()) {
    const std::int8_t digit = at(kHexValue, text[pos + found.length]);
    if (digit == kNone) break;
    found.value = found.value * 16 + static_cast<char32_t>(digit);
    ++found.length;
  }
  return found.length < least ? Sequence{} : found;
}

Sequence after(std::size_t prefix, Sequence digits, std::size_t suffix = 0) {
  return digits.length == 0 ? digits : Sequence{digits.value, prefix + digits.length + suffix};
}

Sequence reference(std::string_view text, std::size_t pos) {
  const bool hex = pos + 2 < text.size() && (text[pos + 2] == 'x' || text[pos + 2] == 'X');
  Sequence digits;
  if (hex) {
    digits = hex_digits(text, pos + 3, 1, 6);
  } else {
    while (digits.length < 7 && pos + 2 + digits.length < text.size() && is_digit(text[pos + 2 + digits.length])) {
      digits.value = digits.value * 10 + static_cast<char32_t>(text[pos + 2 + digits.length] - '0');
      ++digits.length;
    }
  }
  const std::size_t prefix = hex ? 3 : 2;
  const std::size_t end = pos + prefix + digits.length;
  return after(prefix, digits, end < text.size() && text[end] == ';' ? 1 : 0);
}

// \u0041, \x41, &#65;, &#x41;
Sequence escape_at(std::string_view text, std::size_t pos) {
  const std::string_view rest = text.substr(pos);
  if (rest.starts_with("\\u{")) {
    const Sequence digits = hex_digits(text, pos + 3, 1, 6);
    const std::size_t end = pos + 3 + digits.length;
    return end < text.size() && text[end] == '}' ? after(3, digits, 1) : Sequence{};
  }
  if (rest.starts_with("\\u")) return after(2, hex_digits(text, pos + 2, 4, 4));
  if (rest.starts_with("\\x")) return after(2, hex_digits(text, pos + 2, 2, 2));
  if (rest.starts_with("&#")) return reference(text, pos);
  return {};
}

bool is_character(char32_t c) {
  return (c >= ' ' || c == '\n' || c == '\t') && c != 0x7F && c < 0x110000 && (c < 0xD800 || c >= 0xE000);
}

Changed without_escapes(std::string_view text, Notes& notes) {
  if (text.find_first_of("\\&") == std::string_view::npos) return std::nullopt;
  std::string out;
  std::size_t found = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const Sequence escape = text[pos] == '\\' || text[pos] == '&' ? escape_at(text, pos) : Sequence{};
    if (escape.length == 0 || !is_character(escape.value)) {
      out += text[pos++];
    } else {
      text::append_utf8(escape.value, out);
      pos += escape.length;
      ++found;
    }
  }
  if (found < kFewestEscapes) return std::nullopt;
  notes.push_back(Step::escapes);
  return out;
}

Changed without_percent(std::string_view text, Notes& notes) {
  if (text.find('%') == std::string_view::npos) return std::nullopt;
  std::string out;
  std::size_t found = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const Sequence byte = text[pos] == '%' ? hex_digits(text, pos + 1, 2, 2) : Sequence{};
    if (byte.length == 0) {
      out += text[pos++];
    } else {
      out += static_cast<char>(byte.value);
      pos += 1 + byte.length;
      ++found;
    }
  }
  if (found < kFewestEscapes || !is_readable(out)) return std::nullopt;
  notes.push_back(Step::percent);
  return out;
}

std::string base64_bytes(std::string_view run) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : run) {
    const std::int8_t value = at(kBase64Value, c);
    if (value == kNone) continue;  // a line break
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU);
    }
  }
  return bytes;
}

// Where a run of base64 that begins at `pos` ends, line breaks between long lines included.
std::size_t base64_end(std::string_view text, std::size_t pos) {
  std::size_t line = pos;
  while (true) {
    while (pos < text.size() && at(kBase64Value, text[pos]) != kNone) ++pos;
    if (pos - line < kMimeLine || pos >= text.size()) return pos;
    std::size_t next = pos;
    if (text[next] == '\r' && next + 1 < text.size()) ++next;
    if (text[next] != '\n' || next + 1 >= text.size() || at(kBase64Value, text[next + 1]) == kNone) return pos;
    pos = line = next + 1;
  }
}

// A replacement of text[begin, end).
struct Payload {
  std::size_t begin = 0, end = 0;
  std::string bytes;
};

void add_base64(std::string_view text, std::size_t begin, std::size_t end, std::vector<Payload>& found) {
  if (end - begin < kFewestBase64) return;
  std::string bytes = base64_bytes(text.substr(begin, end - begin));
  if (is_readable(bytes)) {
    while (end < text.size() && text[end] == '=') ++end;
    found.push_back({begin, end, std::move(bytes)});
    return;
  }
  // Signs that may stand beside it are of the alphabet, too.
  for (std::size_t piece = begin; piece < end;) {
    const std::size_t stop = std::min(end, text.find_first_of("/-_", piece));
    if (stop - piece >= kFewestBase64 && (piece != begin || stop != end)) add_base64(text, piece, stop, found);
    piece = stop + 1;
  }
}

std::vector<Payload> base64_runs(std::string_view text) {
  std::vector<Payload> found;
  for (std::size_t pos = 0; pos < text.size();) {
    if (at(kBase64Value, text[pos]) == kNone) {
      ++pos;
      continue;
    }
    const std::size_t end = base64_end(text, pos);
    add_base64(text, pos, end, found);
    pos = end;
  }
  return found;
}

std::size_t skip_separator(std::string_view text, std::size_t pos) {
  const std::size_t begin = pos;
  while (pos < text.size() && pos - begin < 2 &&
         (is_space(text[pos]) || text[pos] == ':' || text[pos] == ',' || text[pos] == ';' || text[pos] == '-')) {
    ++pos;
  }
  const std::string_view rest = text.substr(pos);
  return rest.starts_with("0x") || rest.starts_with("\\x") ? pos + 2 : pos;
}

// Pairs of digits from `pos` on, side by side or parted.
Payload hex_run(std::string_view text, std::size_t pos) {
  Payload run{pos, pos, {}};
  while (true) {
    const Sequence pair = hex_digits(text, pos, 2, 2);
    if (pair.length == 0) return run;
    run.bytes += static_cast<char>(pair.value);
    run.end = pos + 2;
    pos = skip_separator(text, run.end);
  }
}

std::vector<Payload> hex_runs(std::string_view text) {
  std::vector<Payload> found;
  for (std::size_t pos = 0; pos < text.size();) {
    if (at(kHexValue, text[pos]) == kNone) {
      ++pos;
      continue;
    }
    const std::size_t begin = pos;
    if (text.substr(pos).starts_with("0x")) pos += 2;
    Payload run = hex_run(text, pos);
    run.begin = begin;
    const bool in_word = run.end < text.size() && is_letter(text[run.end]);
    if (run.bytes.size() >= kFewestBytes && !in_word && is_readable(run.bytes)) found.push_back(run);
    pos = std::max(run.end, pos + 1);
    while (pos < text.size() && (is_letter(text[pos]) || is_digit(text[pos]))) ++pos;
  }
  return found;
}

Changed with(std::string_view text, const std::vector<Payload>& found, std::string& payloads) {
  if (found.empty()) return std::nullopt;
  std::string out;
  std::size_t copied = 0;
  for (const Payload& payload : found) {
    out += text.substr(copied, payload.begin - copied);
    out += payload.bytes;
    copied = payload.end;
    if (!payloads.empty()) payloads += '\n';
    payloads += payload.bytes;
  }
  out += text.substr(copied);
  return out;
}

}  // namespace

Changed decoded(std::string_view text, Notes& notes, std::string& payloads) {
  Changed result = without_escapes(text, notes);
  const auto now = [&] { return result ? std::string_view(*result) : text; };
  if (Changed percent = without_percent(now(), notes)) result = std::move(percent);
  // Hexadecimal digits are base64, too, and hardly ever text as that.
  for (const Step step : {Step::hex, Step::base64}) {
    Changed next = with(now(), step == Step::hex ? hex_runs(now()) : base64_runs(now()), payloads);
    if (!next) continue;
    notes.push_back(step);
    result = std::move(next);
  }
  return result;
}

}  // namespace signalbox::disguise
