// One content part. What an upstream would read must be read here too, so forms that servers accept beyond OpenAI's
// documents are taken: bare strings in a content array, image_url as a bare string, the Responses API's input_text and
// input_image. A part of a type we do not know is kept as Kind::other (evidence calls it unjudged); its `text`, if it
// has one, is read nevertheless.
#include <string_view>

#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

Part::Kind kind_of(std::string_view type) {
  if (type == "text" || type == "input_text" || type == "output_text") return Part::Kind::text;
  if (type == "image_url" || type == "input_image") return Part::Kind::image;
  if (type == "input_audio" || type == "audio_url") return Part::Kind::audio;
  if (type == "file" || type == "input_file") return Part::Kind::file;
  if (type == "refusal") return Part::Kind::refusal;
  return Part::Kind::other;
}

Checked read_image(JsonValue part, const JsonPath& path, Part& out) {
  const JsonValue image = part["image_url"];
  const JsonPath image_path = path.key("image_url");
  if (Checked done = read_string(part["detail"], path.key("detail"), out.detail); !done) return done;
  if (Checked done = read_string(part["file_id"], path.key("file_id"), out.file_id); !done) return done;
  if (!is_set(image) && !out.file_id.empty()) return {};
  if (image.is(Kind::string)) {
    out.url_range = image.node().range;
    return read_string(image, image_path, out.url);
  }
  const Parsed<JsonValue> object = require_object(image, image_path);
  if (!object) return std::unexpected(object.error());
  if (Checked done = read_string((*object)["detail"], image_path.key("detail"), out.detail); !done) return done;
  out.url_range = (*object)["url"].node().range;
  return require_string((*object)["url"], image_path.key("url"), out.url);
}

Checked read_audio(JsonValue part, const JsonPath& path, Part& out) {
  if (out.type == "audio_url") {
    const Parsed<JsonValue> url = require_object(part["audio_url"], path.key("audio_url"));
    if (!url) return std::unexpected(url.error());
    const JsonPath url_path = path.key("audio_url");
    return require_string((*url)["url"], url_path.key("url"), out.url);
  }
  const JsonPath audio_path = path.key("input_audio");
  const Parsed<JsonValue> audio = require_object(part["input_audio"], audio_path);
  if (!audio) return std::unexpected(audio.error());
  if (Checked done = require_string((*audio)["data"], audio_path.key("data"), out.data); !done) return done;
  return read_string((*audio)["format"], audio_path.key("format"), out.format);
}

Checked read_file(JsonValue part, const JsonPath& path, Part& out) {
  const JsonPath inner_path = path.key("file");
  const bool nested = out.type == "file";
  Parsed<JsonValue> file = nested ? require_object(part["file"], inner_path) : Parsed<JsonValue>(part);
  if (!file) return std::unexpected(file.error());
  const JsonPath& at = nested ? inner_path : path;
  if (Checked done = read_string((*file)["file_data"], at.key("file_data"), out.data); !done) return done;
  if (Checked done = read_string((*file)["file_id"], at.key("file_id"), out.file_id); !done) return done;
  if (Checked done = read_string((*file)["file_url"], at.key("file_url"), out.url); !done) return done;
  return read_string((*file)["filename"], at.key("filename"), out.filename);
}

Checked read_body(JsonValue part, const JsonPath& path, Part& out) {
  switch (out.kind) {
    case Part::Kind::text:
      out.text_range = part["text"].node().range;
      return require_string(part["text"], path.key("text"), out.text);
    case Part::Kind::refusal:
      out.text_range = part["refusal"].node().range;
      return require_string(part["refusal"], path.key("refusal"), out.text);
    case Part::Kind::image:
      return read_image(part, path, out);
    case Part::Kind::audio:
      return read_audio(part, path, out);
    case Part::Kind::file:
      return read_file(part, path, out);
    case Part::Kind::other:
      break;
  }
  out.text = part["text"].string_or();
  if (!out.text.empty()) out.text_range = part["text"].node().range;
  return {};
}

}  // namespace

Parsed<Part> parse_part(JsonValue part, const JsonPath& path) {
  Part out;
  out.range = part.node().range;
  if (part.is(Kind::string)) {
    out.text = part.string_or();
    out.text_range = out.range;
    return out;
  }
  if (!part.is(Kind::object)) return std::unexpected(invalid_type(path, "must be an object"));
  if (Checked done = require_string(part["type"], path.key("type"), out.type); !done) {
    return std::unexpected(std::move(done.error()));
  }
  out.kind = kind_of(out.type);
  if (Checked done = read_body(part, path, out); !done) return std::unexpected(std::move(done.error()));
  return out;
}

Checked add_part(Message& message, const Part& part, const JsonPath& path, const RequestLimits& limits,
                 PartCounts& counts) {
  if (++counts.parts > limits.max_parts) return std::unexpected(over_limit(path, "too_many_parts", limits.max_parts));
  if (part.kind == Part::Kind::image && ++counts.images > limits.max_images) {
    return std::unexpected(over_limit(path, "too_many_images", limits.max_images));
  }
  message.parts.push_back(part);
  return {};
}

}  // namespace signalbox::protocol
