#include "protocol/error.h"

#include "protocol/json_string.h"

namespace signalbox::protocol {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  append_quoted(out, key);
  out += ':';
  if (value.empty()) {
    out += "null";
  } else {
    append_quoted(out, value);
  }
}

}  // namespace

std::string to_json(const Error& error) {
  std::string out = R"({"error":{)";
  append_member(out, "message", error.message);
  out += ',';
  append_member(out, "type", error.type);
  out += ',';
  append_member(out, "param", error.param);
  out += ',';
  append_member(out, "code", error.code);
  out += "}}";
  return out;
}

}  // namespace signalbox::protocol
