// The typed error of everything a client can get wrong or an upstream can fail at. Carried by std::expected on the
// request path; rendered as OpenAI's error object with a true HTTP status.
#pragma once

#include <string>
#include <string_view>

namespace signalbox::protocol {

struct Error {
  int status = 400;                            // HTTP status, never 200
  std::string type = "invalid_request_error";  // OpenAI's error type
  std::string code{};                          // stable snake_case word: duplicate_key, invalid_utf8, body_too_large…
  std::string message{};                       // one sentence for the person who sent the request; no user content
  std::string param{};                         // dotted path in the body (`messages[2].content`), or empty
};

// {"error":{"message","type","param","code"}}
std::string to_json(const Error& error);

}  // namespace signalbox::protocol
