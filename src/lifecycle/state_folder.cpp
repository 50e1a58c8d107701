#include "lifecycle/state_folder.h"

#include <string>

namespace signalbox::lifecycle {

namespace fs = std::filesystem;

fs::path state_folder(const config::Environment& environment) {
  const std::string service = environment("STATE_DIRECTORY").value_or("");
  if (!service.empty()) return service.substr(0, service.find(':'));
  const std::string state = environment("XDG_STATE_HOME").value_or("");
  if (state.starts_with('/')) return fs::path(state) / "signalbox";
  const std::string home = environment("HOME").value_or("");
  return home.starts_with('/') ? fs::path(home) / ".local/state/signalbox" : fs::path();
}

}  // namespace signalbox::lifecycle
