#include "config/load.h"
#include "config/loader.h"

namespace signalbox::config {

namespace {

// The root is decoded even when it is null: its required keys are then missing, which is what the file's author must
// hear.
void decode_root(Loader& loader, const Node& node, const Place& place, ValueRef target) {
  if (node.is_null() && target.type->kind == TypeInfo::Kind::object) return loader.object(node, place, target);
  loader.value(node, place, target, {});
}

}  // namespace

void decode(const Document& document, ValueRef root, Diagnostics& diagnostics) {
  Loader loader(diagnostics);
  decode_root(loader, document.root, {"", document.root.mark}, root);
}

void decode_at(const Node& node, std::string_view path, ValueRef value, Diagnostics& diagnostics) {
  Loader loader(diagnostics);
  decode_root(loader, node, {std::string(path), node.mark}, value);
}

// Which paths are secret depends on tags inside the document, so the document is decoded once more, into a scratch
// object.
std::vector<std::string> secret_paths(const Document& document, ValueRef root) {
  std::vector<std::string> paths;
  if (root.type->make == nullptr) return paths;
  Diagnostics ignored;
  Loader loader(ignored, &paths);
  const std::shared_ptr<void> scratch = root.type->make();
  decode_root(loader, document.root, {"", document.root.mark}, {scratch.get(), root.type});
  return paths;
}

}  // namespace signalbox::config
