// header_mutation: sets and removes headers of the request that goes upstream.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "plugins/registry.h"

namespace signalbox::plugins {

struct HeaderSettings {
  std::string path, name, value;
};

struct HeaderMutationSettings {
  std::string path;
  bool enabled = true;
  std::vector<HeaderSettings> add, update;
  std::vector<std::string> remove;
};

void describe(config::Visitor& v, HeaderSettings& x) {
  v.object("Header", "A header and its value.", &x.path);
  v.field("name", x.name, {.doc = "Name.", .required = true, .non_empty = true});
  v.field("value", x.value, {.doc = "Value.", .required = true});
}

void describe(config::Visitor& v, HeaderMutationSettings& x) {
  v.object("HeaderMutation", "Changes the headers of the request that goes upstream.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field("add", x.add, {.doc = "Headers to set."});
  v.field("update", x.update, {.doc = "Headers to set; the same as add."});
  v.field("delete", x.remove, {.doc = "Headers to remove."});
}

namespace {

// RFC 9110 §5.6.2 token.
bool is_token(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_field_value(const std::string& value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// Headers that frame the message or belong to the connection are the gateway's own.
bool is_reserved(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name == "host" || name == "content-length" || name == "transfer-encoding" || name == "connection";
}

class HeaderMutation final : public Plugin {
 public:
  explicit HeaderMutation(std::vector<HeaderEdit> edits) : edits_(std::move(edits)) {}
  void on_request(RequestEdit& edit) const override {
    edit.headers.insert(edit.headers.end(), edits_.begin(), edits_.end());
  }

 private:
  std::vector<HeaderEdit> edits_;
};

void check_header(const std::string& name, const std::string& value, const std::string& path,
                  config::Diagnostics& diagnostics) {
  if (!is_token(name)) diagnostics.error(path, "bad_header", fmt::format("\"{}\" is not a header name", name));
  if (!is_field_value(value)) diagnostics.error(path, "bad_header", "a header value may not hold line breaks");
  if (is_reserved(name)) diagnostics.error(path, "bad_header", fmt::format("{} is set by the gateway itself", name));
}

std::unique_ptr<Plugin> make(const HeaderMutationSettings& settings, const std::string& path,
                             config::Diagnostics& diagnostics) {
  std::vector<HeaderEdit> edits;
  for (const std::vector<HeaderSettings>* list : {&settings.add, &settings.update}) {
    for (const HeaderSettings& header : *list) {
      check_header(header.name, header.value, header.path, diagnostics);
      edits.push_back({header.name, header.value});
    }
  }
  for (std::size_t i = 0; i < settings.remove.size(); ++i) {
    check_header(settings.remove[i], "", config::join(config::join(path, "delete"), i), diagnostics);
    edits.push_back({settings.remove[i], std::nullopt});
  }
  return settings.enabled ? std::make_unique<HeaderMutation>(std::move(edits)) : nullptr;
}

}  // namespace

extern const Type kHeaderMutation = with_settings<HeaderMutationSettings, make>(
    {.type = "header_mutation", .doc = "Set and remove upstream headers."});

}  // namespace signalbox::plugins
