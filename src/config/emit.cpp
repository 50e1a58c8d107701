#include "config/emit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace signalbox::config {
namespace {

// Line breaks and the byte order mark to YAML, though not to C: they are written as escapes.
struct Escape {
  std::string_view bytes, text;
};
constexpr std::array<Escape, 4> kSpecial{
    {{"\xc2\x85", "\\u0085"}, {"\xe2\x80\xa8", "\\L"}, {"\xe2\x80\xa9", "\\P"}, {"\xef\xbb\xbf", "\\uFEFF"}}};

bool has_special(std::string_view text) {
  return std::ranges::any_of(kSpecial, [&](const Escape& one) { return text.contains(one.bytes); });
}

// A scalar that reads back as itself without quotes, wherever it stands in block style.
bool plain_is_safe(std::string_view text) {
  constexpr std::string_view kNeverFirst = ",[]{}#&*!|>'\"%@`?:";
  constexpr std::array<std::string_view, 4> kMarks = {"<<", "-", "---", "..."};
  if (text.empty() || std::ranges::find(kMarks, text) != kMarks.end() || text.starts_with("- ") ||
      text.starts_with("--- ")) {
    return false;
  }
  if (kNeverFirst.contains(text.front()) || text.front() == ' ' || text.back() == ' ' || text.back() == ':')
    return false;
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.contains(": ") && !text.contains(" #") && std::ranges::none_of(text, control) && !has_special(text);
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto special = std::ranges::find_if(kSpecial, [&](const Escape& one) { return text.starts_with(one.bytes); });
    if (special != kSpecial.end()) {
      out += special->text;
      text.remove_prefix(special->bytes.size());
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string scalar_text(const Node& node) {
  return !node.quoted && plain_is_safe(node.scalar) ? node.scalar : in_quotes(node.scalar);
}

// What goes on the line of its key or dash; "" for what needs lines of its own.
std::string inline_text(const Node& node) {
  if (node.is_null()) return "null";
  if (node.is_scalar()) return scalar_text(node);
  if (node.is_sequence()) return node.items.empty() ? "[]" : "";
  return node.entries.empty() ? "{}" : "";
}

// Depth is bounded by the parser that made the tree (ParseLimits::max_depth).
void write(const Node& node, const std::string& indent, std::string& out);

// After "key:" or "-".
void write_value(const Node& node, const std::string& indent, std::string& out) {
  const std::string text = inline_text(node);
  if (!text.empty()) {
    out += " " + text + "\n";
  } else {
    out += "\n";
    write(node, indent + "  ", out);
  }
}

void write(const Node& node, const std::string& indent, std::string& out) {
  for (const Entry& entry : node.entries) {
    out += indent + (plain_is_safe(entry.key) ? entry.key : in_quotes(entry.key)) + ":";
    write_value(entry.value, indent, out);
  }
  for (const Node& item : node.items) {
    out += indent + "-";
    write_value(item, indent, out);
  }
}

}  // namespace

std::string to_yaml(const Node& node) {
  const std::string text = inline_text(node);
  if (!text.empty()) return text + "\n";
  std::string out;
  write(node, "", out);
  return out;
}

}  // namespace signalbox::config
