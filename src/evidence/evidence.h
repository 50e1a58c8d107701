// What can be judged of one request, whatever protocol it came by.
//
// Evidence holds views into the Request (or EvalInput) it was made from and must not outlive it. Building it decodes
// nothing: images and documents are handles, read lazily and at most once through evidence/image_reader.h and
// evidence/document_reader.h. Immutable; safe to read from many threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/request.h"

namespace signalbox::evidence {

using protocol::Role;

// A piece of text and where it came from.
struct Text {
  std::string_view text;
  Role role = Role::user;
  std::uint32_t message = 0;  // index into messages
  std::uint32_t part = 0;     // index into the message's parts
  bool last_user = false;     // belongs to the last user message
};

// Why content that goes upstream could not be judged.
enum class Unjudged : std::uint8_t {
  none,
  remote_url,          // an image by http(s) URL that was not fetched
  fetch_failed,        // one that could not be fetched
  too_many,            // an image or document beyond the newest ones that are looked at
  file_id,             // a file or image by provider id
  document,            // inline file data of a type that nothing here reads
  audio,               // input_audio
  unknown_part,        // a content part of a type we do not know
  unsupported_format,  // not an image format this build reads; a document that is not what it says, or not only that
  decode_failed,       // truncated, damaged or hostile image or document
  too_large,           // over a limit
  ocr_missing,         // no text recognition available
  reader_missing,      // no program that reads such documents is installed
  timeout,             // did not make the deadline
  overloaded,          // too many pictures or documents were waiting
  low_confidence,      // most of the text on the picture was read with too little confidence
  untrusted_model,
};
std::string_view to_string(Unjudged reason);

struct Image {
  std::uint32_t index = 0;  // n-th image of the request
  std::uint32_t message = 0;
  std::uint32_t part = 0;
  Role role = Role::user;
  bool last_user = false;
  std::string_view media_type;         // declared in the data URI, else ""
  std::string_view base64;             // payload of a data URI, else ""
  std::string_view url;                // remote URL, else ""
  Unjudged unjudged = Unjudged::none;  // known without decoding (remote_url, fetch_failed, unsupported data URI)
};

// A file in the request itself, as a data URI. Files by id or URL are Opaque.
struct Document {
  std::uint32_t index = 0;  // n-th document of the request
  std::uint32_t message = 0;
  std::uint32_t part = 0;
  Role role = Role::user;
  bool last_user = false;
  std::string_view name;               // of the file, as sent; goes upstream too
  std::string_view media_type;         // declared, without parameters
  std::string_view parameters;         // of the type: "charset=utf-8;name=x"
  std::string_view base64;             // payload
  Unjudged unjudged = Unjudged::none;  // known without decoding (document, too_many)
};

// Content that is passed on unread: audio, files that are not in the request, unknown parts.
struct Opaque {
  Unjudged reason = Unjudged::unknown_part;
  protocol::Part::Kind kind = protocol::Part::Kind::other;
  std::uint32_t message = 0;
  std::uint32_t part = 0;
  std::string_view name{};  // of a file, as the request calls it
};

struct ToolDefinition {
  std::string_view name;
  std::string_view description;
  std::string_view parameters;
};

struct ToolCall {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;
  std::uint32_t message = 0;
};

struct ToolResult {
  std::string_view call_id;
  std::string_view name;  // of the call it answers, "" when unknown
  std::string_view text;
  std::uint32_t message = 0;
};

// Who sent the request; filled only from a verified key or token, from headers of a trusted proxy
// (gateway/client_access), or by a test.
struct Identity {
  bool verified = false;
  std::string user;
  std::vector<std::string> groups;
  std::string team;
  std::string tenant;
};

struct RoleCounts {
  std::uint32_t system = 0, developer = 0, user = 0, assistant = 0, tool = 0;
  std::uint32_t total() const { return system + developer + user + assistant + tool; }
  std::uint32_t non_user() const { return total() - user; }
};

struct Evidence {
  std::string_view model;
  std::vector<Text> texts;  // in request order; tool results included with Role::tool
  std::vector<Image> images;
  std::vector<Document> documents;
  std::vector<Opaque> opaque;
  std::vector<ToolDefinition> tools;
  std::vector<ToolCall> calls;
  std::vector<ToolResult> results;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  Identity identity;
  RoleCounts roles;
  Role last_role = Role::user;      // of the last message
  std::size_t text_bytes = 0;       // of all texts
  std::size_t last_user_bytes = 0;  // of the last user message's texts
  bool has_messages = false;
};

// Pure; no decoding, no copying of content.
Evidence from_request(const protocol::Request& request, Identity identity = {});
// Lets the newest `most` images that can be judged stand; the older ones are too_many.
void limit_images(Evidence& evidence, std::size_t most);
// The same for documents.
void limit_documents(Evidence& evidence, std::size_t most);
// The eval API's {"text": …} form: one user message. `text` must outlive the result.
Evidence from_text(std::string_view text, Identity identity = {});

}  // namespace signalbox::evidence
