// Reading the head of a data: URI (RFC 2397), for images and files in requests. Decodes nothing.
//
// Pure; views into the given URL; callable from any thread.
#pragma once

#include <optional>
#include <string_view>

namespace signalbox::evidence {

struct DataUri {
  std::string_view media_type;  // as declared, without parameters; "" when none
  std::string_view parameters;  // of the type, between the semicolons: "charset=utf-8"; "" when none
  std::string_view base64;      // the payload; not yet checked
};

// Only the base64 form `data:<type>[;parameters];base64,<payload>`, scheme and marker in any case; others are nullopt.
std::optional<DataUri> parse_data_uri(std::string_view url);

bool is_data_uri(std::string_view url);
// An http: or https: URL, scheme in any case.
bool is_remote_url(std::string_view url);
// ASCII letters in any case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace signalbox::evidence
