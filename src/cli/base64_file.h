// A picture file as a data URI.
#pragma once

#include <optional>
#include <string>

namespace signalbox::cli {

// The media type follows the file's name (.png, .jpg, .jpeg, .webp, .gif). Nothing when the file cannot be read.
std::optional<std::string> data_uri_of_file(const std::string& path);

}  // namespace signalbox::cli
