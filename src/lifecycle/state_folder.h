// Where a process keeps what outlives it: the management token, verdicts on models.
//
// Pure; any thread.
#pragma once

#include <filesystem>

#include "config/load.h"

namespace signalbox::lifecycle {

// $STATE_DIRECTORY (systemd's), $XDG_STATE_HOME/signalbox or ~/.local/state/signalbox; "" when none of them is set.
std::filesystem::path state_folder(const config::Environment& environment);

}  // namespace signalbox::lifecycle
