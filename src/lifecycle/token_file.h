// The token that may do everything on the management port: from the environment, or from a file that the first start
// makes.
//
// Called at start-up and by reloads; any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>

#include "config/load.h"

namespace signalbox::lifecycle {

struct OwnToken {
  std::string token;  // never logged
  std::string file;   // "" when it came from the environment
  bool made = false;  // just now
};

// Where the token is kept: `configured`, else management-token in the state folder (state_folder.h); "" without one.
std::string token_file(const std::string& configured, const config::Environment& environment);

// SIGNALBOX_MANAGEMENT_TOKEN, else what the file holds, else 32 random bytes in hexadecimal, put there with mode 0600.
// A token of less than 16 characters is refused, and so is a file that others may write. Else a sentence.
std::expected<OwnToken, std::string> own_token(const std::string& file, const config::Environment& environment,
                                               const std::function<bool(std::span<unsigned char>)>& random);

// Fills from the kernel's generator.
bool kernel_random(std::span<unsigned char> bytes);

}  // namespace signalbox::lifecycle
