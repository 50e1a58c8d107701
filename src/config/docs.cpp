// The reference documentation: one section per described struct, in the order of first mention.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "config/object_names.h"
#include "config/render.h"
#include "config/shape.h"
#include "config/value_json.h"

namespace signalbox::config {

namespace {

using Kind = TypeInfo::Kind;

std::string anchor_of(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c == ' ' ? '-' : c;
    }
  }
  return out;
}

// A table cell ends at a bar or a line break.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

template <class Names>
std::string code_list(const Names& names) {
  std::string out;
  for (const auto& name : names) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", name);
  return out;
}

// Every key below a reserved key, as paths.
void flatten(const Shape& shape, const std::string& path, std::vector<std::string>& out) {
  const std::string dot = path.empty() ? "" : path + ".";
  switch (shape.kind) {
    case Shape::Kind::anything:
      if (!path.empty()) out.push_back(path);
      return;
    case Shape::Kind::list:
      return flatten(shape.element.front(), path + "[]", out);
    case Shape::Kind::map:
      return flatten(shape.element.front(), dot + "<name>", out);
    case Shape::Kind::object:
      for (const ShapeKey& key : shape.keys) flatten(key.shape, dot + key.name, out);
  }
}

std::string support_mark(Support support) {
  switch (support) {
    case Support::yes:
      return {};
    case Support::no:
      return "**Not acted upon.** ";
    case Support::protective:
      return "**Not acted upon; protective:** a decision that carries it answers 503 until it is listed in "
             "`allow_unsupported`. ";
  }
  return {};
}

std::string range_text(const FieldOptions& options) {
  const bool low = !std::isinf(options.min);
  const bool high = !std::isinf(options.max);
  if (low && high) return fmt::format(" From {} to {}.", options.min, options.max);
  if (low) return fmt::format(" At least {}.", options.min);
  return high ? fmt::format(" At most {}.", options.max) : std::string();
}

class DocsWriter {
 public:
  std::string write(const TypeInfo* root);
  // The type as a table shows it; object types it meets get a section of their own.
  std::string type_text(const TypeInfo& type);

 private:
  std::string link(const TypeInfo* type);

  ObjectNames names_;
  std::vector<const TypeInfo*> order_;
  std::set<const TypeInfo*> known_;
};

// One struct's section.
class SectionWriter final : public Visitor {
 public:
  explicit SectionWriter(DocsWriter& writer) : writer_(writer) {}

  void object(std::string_view, std::string_view doc, std::string*) override { doc_ = doc; }
  void field_ref(std::string_view key, ValueRef value, const FieldOptions& options) override;
  void reserved(std::string_view key, std::string_view shape, std::string_view doc, Support support) override;
  void removed(std::string_view key, std::string_view instead) override;
  void tagged(std::string_view key, const std::string& tag, std::string_view tag_key,
              std::span<const Alternative> alternatives, std::shared_ptr<void>& holder,
              const FieldOptions& options) override;
  std::string take(const std::string& name) const;

 private:
  void row(std::string_view key, std::string_view type, std::string_view initial, std::string_view meaning) {
    rows_ += fmt::format("| `{}` | {} | {} | {} |\n", key, type, initial, cell(meaning));
  }

  DocsWriter& writer_;
  std::string doc_, rows_, removed_;
};

std::string initial_text(ValueRef value, const FieldOptions& options) {
  if (options.required) return "*required*";
  nlohmann::ordered_json initial;
  const bool shown = !options.secret && value_json(value.value, *value.type, initial);
  if (!shown || initial == "") return "";
  return fmt::format("`{}`", cell(initial.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
}

void SectionWriter::field_ref(std::string_view key, ValueRef value, const FieldOptions& options) {
  std::string meaning = options.ours ? "**Signalbox.** " : "";
  meaning += support_mark(options.support);
  meaning += options.doc;
  meaning += range_text(options);
  if (!options.choices.empty()) meaning += fmt::format(" One of {}.", code_list(options.choices));
  if (options.non_empty) meaning += " Must not be empty.";
  if (!options.alias.empty()) meaning += fmt::format(" Also accepted as `{}`.", options.alias);
  if (options.secret) meaning += " Secret: never shown.";
  row(key, writer_.type_text(*value.type), initial_text(value, options), meaning);
}

void SectionWriter::reserved(std::string_view key, std::string_view shape, std::string_view doc, Support support) {
  std::string meaning = support_mark(support) + std::string(doc);
  std::vector<std::string> keys;
  if (const auto parsed = parse_shape(shape)) flatten(*parsed, "", keys);
  if (!keys.empty()) meaning += fmt::format(" Known keys: {}.", code_list(keys));
  row(key, "", "", meaning);
}

void SectionWriter::removed(std::string_view key, std::string_view instead) {
  removed_ += fmt::format("- `{}`: write {}\n", key, instead);
}

void SectionWriter::tagged(std::string_view key, const std::string&, std::string_view tag_key,
                           std::span<const Alternative> alternatives, std::shared_ptr<void>&,
                           const FieldOptions& options) {
  std::string meaning = support_mark(options.support) + std::string(options.doc);
  for (const Alternative& alternative : alternatives) {
    const std::string target = alternative.type == nullptr ? "" : " → " + writer_.type_text(*alternative.type);
    meaning +=
        fmt::format("<br>`{}`{}: {}{}", alternative.tag, target, support_mark(alternative.support), alternative.doc);
  }
  row(key, fmt::format("by `{}`", tag_key), options.required ? "*required*" : "", meaning);
}

std::string SectionWriter::take(const std::string& name) const {
  std::string out = fmt::format("<a id=\"{}\"></a>\n\n## {}\n\n{}\n", anchor_of(name), name, doc_);
  if (!rows_.empty()) out += "\n| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |\n" + rows_;
  if (!removed_.empty()) out += "\nKeys of an older layout, refused:\n\n" + removed_;
  return out;
}

std::string DocsWriter::link(const TypeInfo* type) {
  if (known_.insert(type).second) order_.push_back(type);
  const std::string& name = names_.of(type);
  return fmt::format("[{}](#{})", name, anchor_of(name));
}

std::string DocsWriter::type_text(const TypeInfo& type) {
  switch (type.kind) {
    case Kind::string:
      return "string";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::custom:
      return cell(type.custom->format);
    case Kind::any:
      return "any";
    case Kind::object:
      return link(&type);
    case Kind::list:
      return "list of " + type_text(*type.element);
    case Kind::map:
      return "map of " + type_text(*type.element);
    case Kind::optional:
    case Kind::pointer:
      return type_text(*type.element);
    case Kind::enumeration:
      break;
  }
  std::vector<std::string_view> names;
  for (const EnumName& name : type.names) names.push_back(name.name);
  return code_list(names);
}

std::string DocsWriter::write(const TypeInfo* root) {
  link(root);
  std::string out;
  // Sections are found while sections are written.
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const TypeInfo* type = order_[i];
    SectionWriter section(*this);
    const std::shared_ptr<void> object = type->make();
    type->describe(section, object.get());
    out += "\n" + section.take(names_.of(type));
  }
  return out;
}

}  // namespace

std::string markdown_reference(ValueRef root, const std::string& title, const std::string& introduction) {
  return fmt::format("# {}\n\n{}\n", title, introduction) + DocsWriter().write(root.type);
}

}  // namespace signalbox::config
