#include "protocol/eval_request.h"

#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

Checked read_options(JsonValue source, const JsonPath& path, EvalOptions& out) {
  const Parsed<JsonValue> options = read_object(source, path);
  if (!options) return std::unexpected(options.error());
  const auto flag = [&](std::string_view name, bool& value) {
    return read_bool((*options)[name], path.key(name), value);
  };
  if (Checked done = flag("return_probabilities", out.return_probabilities); !done) return done;
  if (Checked done = flag("include_explanation", out.include_explanation); !done) return done;
  if (Checked done = flag("evaluate_all_signals", out.evaluate_all_signals); !done) return done;
  if (Checked done = flag("trace", out.trace); !done) return done;
  return read_number((*options)["confidence_threshold"], path.key("confidence_threshold"), out.confidence_threshold);
}

}  // namespace

std::expected<EvalRequest, Error> parse_eval_request(std::string_view body, const RequestLimits& limits) {
  Parsed<Request> request = open_body(body, limits);
  if (!request) return std::unexpected(std::move(request.error()));
  EvalRequest out{.request = std::move(*request)};
  const JsonValue root = out.request.tree.root();
  const JsonPath path;
  out.has_text = is_set(root["text"]);
  if (out.has_text == is_set(root["messages"])) {
    return std::unexpected(out.has_text ? invalid_value(path.key("text"), "and messages exclude each other")
                                        : missing_member(path.key("text")));
  }
  if (Checked done = read_string(root["text"], path.key("text"), out.text); !done) return std::unexpected(done.error());
  if (Checked done = parse_chat_members(root, limits, out.request); !done) return std::unexpected(done.error());
  if (Checked done = read_options(root["options"], path.key("options"), out.options); !done) {
    return std::unexpected(done.error());
  }
  return out;
}

}  // namespace signalbox::protocol
