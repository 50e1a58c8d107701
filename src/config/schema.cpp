// JSON Schema (2020-12) of a described struct. It accepts what the loader accepts: numbers where text is expected, null
// where a value may be left out, and a variable reference such as ${PORT} where it will become a number.
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "config/object_names.h"
#include "config/render.h"
#include "config/shape.h"
#include "config/value_json.h"

namespace signalbox::config {

namespace {

using Json = nlohmann::ordered_json;
using Kind = TypeInfo::Kind;

constexpr std::string_view kVariable = R"(\$[{A-Za-z_])";

Json nullable(Json schema) {
  if (schema.contains("type") && !schema.contains("enum")) {
    Json& type = schema["type"];
    if (type.is_string()) type = Json::array({type});
    if (std::find(type.begin(), type.end(), "null") == type.end()) type.push_back("null");
    return schema;
  }
  if (schema.empty()) return schema;
  return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
}

Json one_of_names(Json names) {
  return {{"anyOf", Json::array({{{"enum", std::move(names)}}, {{"type", "string"}, {"pattern", kVariable}}})}};
}

Json shape_schema(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::anything:
      return Json::object();
    case Shape::Kind::list:
      return {{"type", Json::array({"array", "null"})}, {"items", shape_schema(shape.element.front())}};
    case Shape::Kind::map:
      return {{"type", Json::array({"object", "null"})}, {"additionalProperties", shape_schema(shape.element.front())}};
    case Shape::Kind::object:
      break;
  }
  Json properties = Json::object();
  for (const ShapeKey& key : shape.keys) properties[key.name] = shape_schema(key.shape);
  return {{"type", Json::array({"object", "null"})}, {"properties", properties}, {"additionalProperties", shape.open}};
}

void set_bound(Json& schema, const char* keyword, double bound) {
  if (std::isinf(bound)) return;
  const bool whole = bound == std::floor(bound) && std::abs(bound) < 1e15;
  if (whole) {
    schema[keyword] = static_cast<std::int64_t>(bound);
  } else {
    schema[keyword] = bound;
  }
}

class SchemaWriter {
 public:
  // A reference to the definition of an object type, which is written on first use.
  Json reference(const TypeInfo* type);
  Json value(const TypeInfo& type, const FieldOptions& options);
  Json take_definitions() { return std::move(definitions_); }
  bool has_required(const TypeInfo* type) { return definitions_[names_.of(type)].contains("required"); }

 private:
  Json number(const char* name, const FieldOptions& options);
  Json text(const FieldOptions& options);

  ObjectNames names_;
  std::set<const TypeInfo*> begun_;
  Json definitions_ = Json::object();
};

class ObjectSchema final : public Visitor {
 public:
  explicit ObjectSchema(SchemaWriter& writer) : writer_(writer) {}

  void object(std::string_view, std::string_view doc, std::string*) override { doc_ = doc; }
  void field_ref(std::string_view key, ValueRef value, const FieldOptions& options) override;
  void reserved(std::string_view key, std::string_view shape, std::string_view doc, Support support) override;
  void removed(std::string_view key, std::string_view instead) override;
  void tagged(std::string_view key, const std::string& tag, std::string_view tag_key,
              std::span<const Alternative> alternatives, std::shared_ptr<void>& holder,
              const FieldOptions& options) override;
  Json take();

 private:
  static void annotate(Json& schema, std::string_view doc, Support support);
  void require(std::string_view key, std::string_view alias);
  Json when_tagged(std::string_view key, std::string_view tag_key, const Alternative& alternative);

  SchemaWriter& writer_;
  std::string doc_;
  Json properties_ = Json::object();
  Json required_ = Json::array();
  Json all_of_ = Json::array();
};

Json SchemaWriter::reference(const TypeInfo* type) {
  const std::string name = names_.of(type);
  if (begun_.insert(type).second) {
    definitions_[name] = Json::object();  // holds the place, in the order of first use
    ObjectSchema members(*this);
    const std::shared_ptr<void> object = type->make();
    type->describe(members, object.get());
    definitions_[name] = members.take();
  }
  return {{"$ref", "#/$defs/" + name}};
}

Json SchemaWriter::number(const char* name, const FieldOptions& options) {
  Json schema{{"type", Json::array({name, "string"})}, {"pattern", kVariable}};
  set_bound(schema, "minimum", options.min);
  set_bound(schema, "maximum", options.max);
  return schema;
}

Json SchemaWriter::text(const FieldOptions& options) {
  if (!options.choices.empty()) return one_of_names(Json(options.choices));
  Json schema{{"type", Json::array({"string", "number", "boolean"})}};
  if (options.non_empty) schema["minLength"] = 1;
  return schema;
}

Json SchemaWriter::value(const TypeInfo& type, const FieldOptions& options) {
  FieldOptions element = options;
  element.non_empty = element.required = false;
  switch (type.kind) {
    case Kind::string:
      return text(options);
    case Kind::boolean:
      return {{"type", Json::array({"boolean", "string"})}, {"pattern", kVariable}};
    case Kind::integer:
      return number("integer", options);
    case Kind::number:
      return number("number", options);
    case Kind::enumeration: {
      Json names = Json::array();
      for (const EnumName& name : type.names) names.push_back(name.name);
      return one_of_names(std::move(names));
    }
    case Kind::custom:
      return {{"type", Json::array({"string", "number"})}, {"$comment", type.custom->format}};
    case Kind::any:
      return Json::object();
    case Kind::object:
      return reference(&type);
    case Kind::list: {
      Json schema{{"type", "array"}, {"items", value(*type.element, element)}};
      if (options.non_empty) schema["minItems"] = 1;
      return schema;
    }
    case Kind::map: {
      Json member = value(*type.element, element);
      if (type.element->kind == Kind::object) member = nullable(std::move(member));
      Json schema{{"type", "object"}, {"additionalProperties", std::move(member)}};
      if (options.non_empty) schema["minProperties"] = 1;
      return schema;
    }
    case Kind::optional:
    case Kind::pointer:
      return nullable(value(*type.element, options));
  }
  return Json::object();
}

void ObjectSchema::annotate(Json& schema, std::string_view doc, Support support) {
  if (!doc.empty()) schema["description"] = doc;
  if (support != Support::yes) schema["x-signalbox-support"] = support == Support::protective ? "protective" : "none";
}

void ObjectSchema::require(std::string_view key, std::string_view alias) {
  if (alias.empty()) return required_.push_back(key);
  all_of_.push_back({{"anyOf", Json::array({{{"required", {key}}}, {{"required", {alias}}}})}});
}

void ObjectSchema::field_ref(std::string_view key, ValueRef value, const FieldOptions& options) {
  Json schema = writer_.value(*value.type, options);
  const Kind kind = value.type->kind;
  const bool container = kind == Kind::object || kind == Kind::list || kind == Kind::map;
  if (container && !options.required) schema = nullable(std::move(schema));
  annotate(schema, options.doc, options.support);
  if (options.secret) schema["writeOnly"] = true;
  if (options.ours) schema["x-signalbox-key"] = true;
  Json initial;
  const bool shown = !options.required && !options.secret;
  if (shown && value_json(value.value, *value.type, initial)) schema["default"] = std::move(initial);
  if (options.required) require(key, options.alias);
  if (!options.alias.empty()) {
    properties_[std::string(options.alias)] = schema;
    properties_[std::string(options.alias)]["deprecated"] = true;
  }
  properties_[std::string(key)] = std::move(schema);
}

void ObjectSchema::reserved(std::string_view key, std::string_view shape, std::string_view doc, Support support) {
  const std::expected<Shape, std::string> parsed = parse_shape(shape);
  Json schema = parsed ? shape_schema(*parsed) : Json::object();
  annotate(schema, doc, support);
  properties_[std::string(key)] = std::move(schema);
}

void ObjectSchema::removed(std::string_view key, std::string_view instead) {
  properties_[std::string(key)] = {{"not", Json::object()}, {"description", "Removed: write " + std::string(instead)}};
}

Json ObjectSchema::when_tagged(std::string_view key, std::string_view tag_key, const Alternative& alternative) {
  Json then = Json::object();
  if (alternative.type != nullptr) {
    Json schema = writer_.reference(alternative.type);
    const bool needed = writer_.has_required(alternative.type);
    if (needed) then["required"] = Json::array({key});
    then["properties"][std::string(key)] = needed ? std::move(schema) : nullable(std::move(schema));
  } else if (const auto shape = parse_shape(alternative.shape)) {
    then["properties"][std::string(key)] = shape_schema(*shape);
  }
  const Json condition{{"properties", {{std::string(tag_key), {{"const", alternative.tag}}}}},
                       {"required", Json::array({tag_key})}};
  return {{"if", condition}, {"then", std::move(then)}};
}

void ObjectSchema::tagged(std::string_view key, const std::string&, std::string_view tag_key,
                          std::span<const Alternative> alternatives, std::shared_ptr<void>&,
                          const FieldOptions& options) {
  Json schema = Json::object();
  annotate(schema, options.doc, options.support);
  properties_[std::string(key)] = std::move(schema);
  if (options.required) require(key, options.alias);
  Json tags = Json::array();
  for (const Alternative& alternative : alternatives) {
    tags.push_back(alternative.tag);
    all_of_.push_back(when_tagged(key, tag_key, alternative));
  }
  all_of_.push_back({{"properties", {{std::string(tag_key), {{"enum", std::move(tags)}}}}}});
}

Json ObjectSchema::take() {
  Json schema{{"type", "object"}};
  if (!doc_.empty()) schema["description"] = doc_;
  schema["properties"] = std::move(properties_);
  if (!required_.empty()) schema["required"] = std::move(required_);
  if (!all_of_.empty()) schema["allOf"] = std::move(all_of_);
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace

Json json_schema(ValueRef root, const std::string& id, const std::string& title) {
  SchemaWriter writer;
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", id}, {"title", title}};
  schema.update(writer.reference(root.type));
  schema["$defs"] = writer.take_definitions();
  return schema;
}

}  // namespace signalbox::config
