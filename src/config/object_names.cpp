#include "config/object_names.h"

#include <fmt/format.h>

namespace signalbox::config {

namespace {

// Listens to the first call of a describe() only.
class NameVisitor final : public Visitor {
 public:
  void object(std::string_view name, std::string_view, std::string*) override { name_ = name; }
  void field_ref(std::string_view, ValueRef, const FieldOptions&) override {}
  void reserved(std::string_view, std::string_view, std::string_view, Support) override {}
  void removed(std::string_view, std::string_view) override {}
  void tagged(std::string_view, const std::string&, std::string_view, std::span<const Alternative>,
              std::shared_ptr<void>&, const FieldOptions&) override {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace

const std::string& ObjectNames::of(const TypeInfo* type) {
  const auto known = names_.find(type);
  if (known != names_.end()) return known->second;
  NameVisitor visitor;
  const std::shared_ptr<void> object = type->make();
  type->describe(visitor, object.get());
  const int number = ++used_[visitor.name()];
  std::string name = number == 1 ? visitor.name() : fmt::format("{}{}", visitor.name(), number);
  return names_.emplace(type, std::move(name)).first->second;
}

}  // namespace signalbox::config
