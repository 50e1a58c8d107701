// Names of described structs, unique within one schema or one document: two structs called "Rule" become "Rule" and
// "Rule2".
//
// One instance per rendering; not thread-safe.
#pragma once

#include <map>
#include <string>

#include "config/describe.h"

namespace signalbox::config {

class ObjectNames {
 public:
  // The name of an object type; asks its describe() the first time.
  const std::string& of(const TypeInfo* type);

 private:
  std::map<const TypeInfo*, std::string> names_;
  std::map<std::string, int> used_;
};

}  // namespace signalbox::config
