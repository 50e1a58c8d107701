// header_mutation: sets and removes headers of the request that goes upstream.
#include "plugins/header_rules.h"
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
  if (std::optional<std::string> problem = header_problem(name, value)) diagnostics.error(path, "bad_header", *problem);
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

extern const Type kHeaderMutation =
    with_settings<HeaderMutationSettings, make>({.type = "header_mutation", .doc = "Set and remove upstream headers."});

}  // namespace signalbox::plugins
