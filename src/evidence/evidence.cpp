#include "evidence/evidence.h"

#include <array>
#include <map>

#include "evidence/data_uri.h"
#include "evidence/document_type.h"

namespace signalbox::evidence {
namespace {

using protocol::Message;
using protocol::Part;
using protocol::Request;

// What is wrong with a picture that can be told from its URL alone. The declared media type decides nothing: an
// upstream looks at the bytes, and so does the reader; a passport declared as image/webp is still read as the PNG it
// is.
void classify_image(const Part& part, Image& image) {
  if (const std::optional<DataUri> inline_image = parse_data_uri(part.url)) {
    image.media_type = inline_image->media_type;
    image.base64 = inline_image->base64;
    return;
  }
  if (part.url.empty() && !part.file_id.empty()) {
    image.unjudged = Unjudged::file_id;
    return;
  }
  const bool remote = is_remote_url(part.url);
  if (remote) image.url = part.url;
  image.unjudged = remote ? Unjudged::remote_url : Unjudged::unsupported_format;
}

// What is not base64 in a data URI has no declared type, and nothing here guesses one.
void classify_document(const Part& part, Document& document) {
  document.name = part.filename;
  if (const std::optional<DataUri> inline_file = parse_data_uri(part.data)) {
    document.media_type = inline_file->media_type;
    document.parameters = inline_file->parameters;
    document.base64 = inline_file->base64;
  }
  if (document_type(document.media_type) == DocumentType::other) document.unjudged = Unjudged::document;
}

Unjudged reason_of(const Part& part) {
  if (part.kind == Part::Kind::audio) return Unjudged::audio;
  if (part.kind != Part::Kind::file) return Unjudged::unknown_part;
  if (!part.file_id.empty()) return Unjudged::file_id;
  return part.url.empty() ? Unjudged::document : Unjudged::remote_url;
}

// Lets the newest `most` that can be judged stand.
template <class Items>
void limit(Items& items, std::size_t most) {
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (item->unjudged != Unjudged::none) continue;
    if (most == 0) {
      item->unjudged = Unjudged::too_many;
    } else {
      --most;
    }
  }
}

// The older role "function" is the same thing as "tool" for whoever judges.
Role judged_role(Role role) {
  return role == Role::function ? Role::tool : role;
}

void count_role(Role role, RoleCounts& roles) {
  switch (role) {
    case Role::system:
      ++roles.system;
      break;
    case Role::developer:
      ++roles.developer;
      break;
    case Role::user:
      ++roles.user;
      break;
    case Role::assistant:
      ++roles.assistant;
      break;
    case Role::tool:
    case Role::function:
      ++roles.tool;
      break;
  }
}

// Walks the messages of one request once.
class Builder {
 public:
  Builder(const Request& request, Evidence& out) : request_(request), out_(out) {}

  void build() {
    reserve();
    for (std::uint32_t i = 0; i < request_.messages.size(); ++i) {
      if (request_.messages[i].role == Role::user) last_user_ = i;
    }
    for (std::uint32_t i = 0; i < request_.messages.size(); ++i) add_message(i);
  }

 private:
  static constexpr std::uint32_t kNoMessage = UINT32_MAX;

  void reserve() {
    std::size_t parts = 0;
    for (const Message& message : request_.messages) parts += message.parts.size();
    out_.texts.reserve(parts);
  }

  void add_message(std::uint32_t index) {
    const Message& message = request_.messages[index];
    count_role(message.role, out_.roles);
    out_.last_role = judged_role(message.role);
    for (std::uint32_t part = 0; part < message.parts.size(); ++part) add_part(index, part);
    for (const protocol::ToolCall& call : message.tool_calls) {
      out_.calls.push_back({call.id, call.name, call.arguments, index});
      if (!call.id.empty()) names_[call.id] = call.name;
    }
    if (message.role == Role::tool || message.role == Role::function) add_results(index);
  }

  void add_part(std::uint32_t message, std::uint32_t part) {
    const Part& source = request_.messages[message].parts[part];
    if (source.kind == Part::Kind::image) {
      add_image(message, part, source);
      return;
    }
    if (source.kind == Part::Kind::file && !source.data.empty()) {
      add_document(message, part, source);
      if (source.file_id.empty() && source.url.empty()) return;
    }
    const bool text = source.kind == Part::Kind::text || source.kind == Part::Kind::refusal;
    if (!text) out_.opaque.push_back({reason_of(source), source.kind, message, part, source.filename});
    if (text || !source.text.empty()) add_text(message, part, source.text);
  }

  void add_text(std::uint32_t message, std::uint32_t part, std::string_view text) {
    const bool last_user = message == last_user_;
    out_.texts.push_back({text, judged_role(request_.messages[message].role), message, part, last_user});
    out_.text_bytes += text.size();
    if (last_user) out_.last_user_bytes += text.size();
  }

  void add_image(std::uint32_t message, std::uint32_t part, const Part& source) {
    classify_image(source, placed(out_.images, message, part));
  }

  void add_document(std::uint32_t message, std::uint32_t part, const Part& source) {
    classify_document(source, placed(out_.documents, message, part));
  }

  // A new one that says where it stands.
  template <class Item>
  Item& placed(std::vector<Item>& items, std::uint32_t message, std::uint32_t part) {
    Item& item = items.emplace_back();
    item.index = static_cast<std::uint32_t>(items.size() - 1);
    item.message = message;
    item.part = part;
    item.role = judged_role(request_.messages[message].role);
    item.last_user = message == last_user_;
    return item;
  }

  // One result per text part, so that nothing is joined; a result without text is one with "".
  void add_results(std::uint32_t index) {
    const Message& message = request_.messages[index];
    std::string_view name = message.name;
    if (name.empty()) {
      const auto call = names_.find(message.tool_call_id);
      if (call != names_.end()) name = call->second;
    }
    const std::size_t before = out_.results.size();
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::text) out_.results.push_back({message.tool_call_id, name, part.text, index});
    }
    if (out_.results.size() == before) out_.results.push_back({message.tool_call_id, name, {}, index});
  }

  const Request& request_;
  Evidence& out_;
  std::uint32_t last_user_ = kNoMessage;
  std::map<std::string_view, std::string_view> names_;  // of tool calls, by id; no hashing of hostile keys
};

constexpr std::array<std::string_view, 17> kReasons{
    "none",           "remote_url",   "fetch_failed",       "too_many",       "file_id",        "document",
    "audio",          "unknown_part", "unsupported_format", "decode_failed",  "too_large",      "ocr_missing",
    "reader_missing", "timeout",      "overloaded",         "low_confidence", "untrusted_model"};

}  // namespace

std::string_view to_string(Unjudged reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

Evidence from_request(const Request& request, Identity identity) {
  Evidence out;
  out.model = request.model;
  out.metadata = request.metadata;
  out.identity = std::move(identity);
  out.has_messages = !request.messages.empty();
  out.tools.reserve(request.tools.size());
  for (const protocol::Tool& tool : request.tools) out.tools.push_back({tool.name, tool.description, tool.parameters});
  Builder(request, out).build();
  return out;
}

void limit_images(Evidence& evidence, std::size_t most) {
  limit(evidence.images, most);
}

void limit_documents(Evidence& evidence, std::size_t most) {
  limit(evidence.documents, most);
}

Evidence from_text(std::string_view text, Identity identity) {
  Evidence out;
  out.identity = std::move(identity);
  out.texts.push_back({.text = text, .role = Role::user, .message = 0, .part = 0, .last_user = true});
  out.roles.user = 1;
  out.text_bytes = text.size();
  out.last_user_bytes = text.size();
  out.has_messages = true;
  return out;
}

}  // namespace signalbox::evidence
