// One description per configuration struct; loader, JSON Schema and documentation are visitors of it.
//
// A struct T becomes configurable by one free function beside it, found by argument-dependent lookup:
//
//   void describe(config::Visitor& v, Listener& x) {
//     v.object("Listener", "A network address the gateway accepts requests on.", x.path);
//     v.field("name", x.name, {.doc = "Shown in logs and metrics.", .required = true});
//     v.field("port", x.port, {.doc = "TCP port.", .required = true, .min = 1, .max = 65535});
//     v.reserved("api_keys", "[]", "Client authentication.");       // known to VSR, not acted upon here
//   }
//
// Values are passed type-erased (ValueRef), so a visitor is an ordinary class behind a .cpp file and a new struct costs
// no template instantiation beyond its own TypeInfo. Supported member types: std::string, bool, std::int64_t, int,
// double, std::optional<T>, std::vector<T>, std::map<std::string, T>, std::unique_ptr<T> (recursive structs), enums
// with an enum_names() table, AnyValue (free-form), any described struct, and the scalar wrappers of config/values.h.
// Defaults are the member initialisers of T.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/node.h"

namespace signalbox::config {

class Visitor;

// A free-form value kept as its tree (opaque provider options, predicates on JSON values…).
struct AnyValue {
  Node node;
};

// One name of an enumeration as it is written in YAML.
struct EnumName {
  int value;
  std::string_view name;
};

// A scalar with its own text form (TokenCount "4K", Duration "30s"). `parse` sets the value or says what is wrong.
struct CustomScalar {
  std::string_view json_type;  // "string" | "number" | "integer" | "string|integer"
  std::string_view format;     // for documentation: "token count such as 32K"
  // Returns "" on success, else a message such as `"12Q" is not a token count`.
  std::string (*parse)(void* value, const std::string& text);
  std::string (*print)(const void* value);
};

// What a visitor must know of a C++ type, one static object per type.
struct TypeInfo {
  enum class Kind : std::uint8_t {
    string,
    boolean,
    integer,
    number,
    enumeration,
    custom,
    any,
    object,
    list,
    map,
    optional,
    pointer
  };
  Kind kind;
  const TypeInfo* element = nullptr;                             // list, map, optional, pointer
  std::span<const EnumName> names = {};                          // enumeration
  const CustomScalar* custom = nullptr;                          // custom
  std::size_t bytes = 0;                                         // integer, enumeration: sizeof
  void* (*append)(void* list) = nullptr;                         // list: new last element
  void (*clear)(void* container) = nullptr;                      // list, map: drop default contents before loading
  void* (*insert)(void* map, const std::string& key) = nullptr;  // map
  void* (*emplace)(void* holder) = nullptr;                      // optional, pointer: engage and return the value
  const void* (*peek)(const void* holder) = nullptr;             // optional, pointer: the value or null
  std::size_t (*size)(const void* container) = nullptr;          // list, map
  const void* (*at)(const void* list, std::size_t i) = nullptr;  // list
  void (*describe)(Visitor& visitor, void* object) = nullptr;    // object
  std::shared_ptr<void> (*make)() = nullptr;                     // object: a default one (schema, docs)
};

template <class T>
const TypeInfo* type_of();

// A member, type-erased.
struct ValueRef {
  void* value = nullptr;
  const TypeInfo* type = nullptr;
};

template <class T>
ValueRef ref(T& member) {
  return {&member, type_of<T>()};
}

// What a key does in this build.
enum class Support : std::uint8_t {
  yes,
  no,          // known to VSR, not acted upon: a warning names it when it is present
  protective,  // as `no`, and a decision that carries it answers 503 unless listed in allow_unsupported
};

struct FieldOptions {
  std::string_view doc = {};
  bool required = false;
  double min = -std::numeric_limits<double>::infinity();  // inclusive, numbers and integers
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> choices = {};  // string: the only values allowed; list of strings: per element
  bool non_empty = false;                          // string, list or map must not be empty
  bool secret = false;                             // redacted wherever a configuration is shown
  bool ours = false;                               // a Signalbox key that VSR does not have (marked in the docs)
  Support support = Support::yes;
  std::string_view alias = {};  // an older accepted name of the key
};

// One arm of a field whose shape depends on a sibling tag (`plugins[].configuration` by `type`).
struct Alternative {
  std::string_view tag;
  std::string_view doc;
  Support support = Support::yes;
  const TypeInfo* type = nullptr;  // the object's type; null with `reserved` shape below
  std::string_view shape = {};     // reserved shape (see Visitor::reserved), for alternatives not supported here
};

// Visits the fields of one object in declaration order. Implementations: Loader, SchemaWriter, DocsWriter.
class Visitor {
 public:
  virtual ~Visitor() = default;

  // First call of every describe(): names the object. `path`, when given, receives the object's own path
  // (`routing.decisions[3]`) so that later checks can report against it.
  virtual void object(std::string_view name, std::string_view doc, std::string* path = nullptr) = 0;

  template <class T>
  void field(std::string_view key, T& member, const FieldOptions& options = {}) {
    field_ref(key, config::ref(member), options);  // qualified: std types would bring std::ref
  }
  virtual void field_ref(std::string_view key, ValueRef value, const FieldOptions& options) = 0;

  // A key of VSR's schema that this build knows but does not act upon. `shape` lists the keys below it, so that typos
  // in it are still errors:  "" or "*" anything, "a b c" keys with any value, "a{b c{d}} e[]{f}" nested objects and
  // lists of objects, "m<>{x}" a map with free keys, "password!" a secret; a key named "*" allows any other key (the
  // grammar is in shape.h). Present at load: a warning that names the path.
  virtual void reserved(std::string_view key, std::string_view shape, std::string_view doc,
                        Support support = Support::no) = 0;

  // A key of an old layout: always an error, with what to write instead.
  virtual void removed(std::string_view key, std::string_view instead) = 0;

  // A field whose object type is chosen by the value of a sibling field that was visited before (`tag`).
  // `holder` receives a new object of the chosen alternative's type (null for alternatives without one).
  virtual void tagged(std::string_view key, const std::string& tag, std::string_view tag_key,
                      std::span<const Alternative> alternatives, std::shared_ptr<void>& holder,
                      const FieldOptions& options = {}) = 0;
};

// ---- implementation of type_of -----------------------------------------------------------------------------------

namespace detail {
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_pointer : std::false_type {};
template <class T>
struct is_pointer<std::unique_ptr<T>> : std::true_type {};
template <class T>
concept HasCustom = requires {
  { T::custom_scalar } -> std::convertible_to<CustomScalar>;
};

template <class T>
TypeInfo make_type() {
  using Kind = TypeInfo::Kind;
  TypeInfo info{};
  info.bytes = sizeof(T);
  if constexpr (std::is_same_v<T, std::string>) {
    info.kind = Kind::string;
  } else if constexpr (std::is_same_v<T, bool>) {
    info.kind = Kind::boolean;
  } else if constexpr (std::is_integral_v<T>) {
    static_assert(std::is_signed_v<T>, "configuration integers are signed: int or std::int64_t");
    info.kind = Kind::integer;
  } else if constexpr (std::is_same_v<T, double>) {
    info.kind = Kind::number;
  } else if constexpr (std::is_enum_v<T>) {
    info.kind = Kind::enumeration;
    info.names = enum_names(T{});  // std::span<const EnumName>, found by ADL; static storage
  } else if constexpr (HasCustom<T>) {
    info.kind = Kind::custom;
    info.custom = &T::custom_scalar;
  } else if constexpr (std::is_same_v<T, AnyValue>) {
    info.kind = Kind::any;
  } else if constexpr (is_vector<T>::value) {
    using E = typename T::value_type;
    info.kind = Kind::list;
    info.element = type_of<E>();
    info.append = [](void* list) -> void* { return &static_cast<T*>(list)->emplace_back(); };
    info.clear = [](void* list) { static_cast<T*>(list)->clear(); };
    info.size = [](const void* list) { return static_cast<const T*>(list)->size(); };
    info.at = [](const void* list, std::size_t i) -> const void* { return &(*static_cast<const T*>(list))[i]; };
  } else if constexpr (is_map<T>::value) {
    info.kind = Kind::map;
    info.element = type_of<typename T::mapped_type>();
    info.insert = [](void* map, const std::string& key) -> void* { return &(*static_cast<T*>(map))[key]; };
    info.clear = [](void* map) { static_cast<T*>(map)->clear(); };
    info.size = [](const void* map) { return static_cast<const T*>(map)->size(); };
  } else if constexpr (is_optional<T>::value) {
    info.kind = Kind::optional;
    info.element = type_of<typename T::value_type>();
    info.emplace = [](void* holder) -> void* { return &static_cast<T*>(holder)->emplace(); };
    info.peek = [](const void* holder) -> const void* {
      const T& o = *static_cast<const T*>(holder);
      return o ? static_cast<const void*>(&*o) : nullptr;
    };
  } else if constexpr (is_pointer<T>::value) {
    using E = typename T::element_type;
    info.kind = Kind::pointer;
    info.element = type_of<E>();
    info.emplace = [](void* holder) -> void* {
      T& p = *static_cast<T*>(holder);
      p = std::make_unique<E>();
      return p.get();
    };
    info.peek = [](const void* holder) -> const void* { return static_cast<const T*>(holder)->get(); };
  } else {
    info.kind = Kind::object;
    info.describe = [](Visitor& visitor, void* object) { describe(visitor, *static_cast<T*>(object)); };
    info.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
  }
  return info;
}

// Storage first, contents at first use: a recursive struct (a rule tree) may ask for its own TypeInfo while it is made.
template <class T>
struct TypeHolder {
  static inline TypeInfo info{};
  static inline bool ready = false;
};
}  // namespace detail

// Not thread-safe on first use for a type: configurations are loaded by one thread at a time, and the registries ask
// for every type once at start-up.
template <class T>
const TypeInfo* type_of() {
  using Holder = detail::TypeHolder<T>;
  if (!Holder::ready) {
    Holder::ready = true;
    Holder::info = detail::make_type<T>();
  }
  return &Holder::info;
}

}  // namespace signalbox::config
