#include "config/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace signalbox::config {

void Diagnostics::error(std::string_view path, std::string_view code, std::string message, std::string suggestion) {
  const auto earlier = code_at_.find(std::string(path));
  if (!path.empty() && earlier != code_at_.end() && earlier->second != code) return;
  const Mark mark = document_ == nullptr ? Mark{} : document_->mark_of(path);
  add(Severity::error, mark, path, code, std::move(message), std::move(suggestion));
}

void Diagnostics::warning(std::string_view path, std::string_view code, std::string message, std::string suggestion) {
  const Mark mark = document_ == nullptr ? Mark{} : document_->mark_of(path);
  add(Severity::warning, mark, path, code, std::move(message), std::move(suggestion));
}

void Diagnostics::add(Severity severity, Mark mark, std::string_view path, std::string_view code, std::string message,
                      std::string suggestion) {
  ++(severity == Severity::error ? errors_ : warnings_);
  if (items_.size() >= kMostItems) return;
  if (severity == Severity::error) code_at_.emplace(path, code);
  Diagnostic item;
  item.severity = severity;
  item.code = code;
  item.path = path;
  item.message = std::move(message);
  item.suggestion = std::move(suggestion);
  item.line = mark.line;
  item.column = mark.column;
  if (document_ != nullptr && mark.file < document_->files.size()) item.file = document_->files[mark.file];
  items_.push_back(std::move(item));
}

// Sorts places rather than findings: std::stable_sort draws a deprecation warning from this standard library.
void Diagnostics::sort() {
  std::vector<std::size_t> order(items_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [this](std::size_t i) {
    const Diagnostic& d = items_[i];
    return std::tuple(std::string_view(d.file), d.line, d.column, i);
  });
  std::vector<Diagnostic> sorted;
  sorted.reserve(items_.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items_[i]));
  items_ = std::move(sorted);
}

namespace {

// Messages quote the file; a line break in it must not break the "one finding, one line" form.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
  std::string place;
  if (!diagnostic.file.empty()) place = diagnostic.file + ":";
  if (diagnostic.line != 0) place += fmt::format("{}:{}:", diagnostic.line, diagnostic.column);
  if (!place.empty()) place += ' ';
  const char* severity = diagnostic.severity == Severity::error ? "error" : "warning";
  const std::string path = diagnostic.path.empty() ? "" : diagnostic.path + ": ";
  const std::string hint = diagnostic.suggestion.empty() ? "" : " (" + diagnostic.suggestion + ")";
  return on_one_line(
      fmt::format("{}{}: {}{}{} [{}]", place, severity, path, diagnostic.message, hint, diagnostic.code));
}

}  // namespace signalbox::config
