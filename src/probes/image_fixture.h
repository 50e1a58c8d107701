// Checking the pictures of a probe file before anything uses them: size, hash, format, no animation.
//
// Pure; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "probes/probe_file.h"

namespace signalbox::probes {

// The base64 without the line breaks that YAML's block scalars leave in it.
std::string compact_base64(std::string_view text);

// Strict base64 of at most 4 MiB of bytes with this sha256, a PNG or JPEG of at most 8192 px a side and 16,777,216 px,
// not animated, of the declared media type. Takes compact base64; the error is a sentence.
std::expected<void, std::string> check_image_fixture(const ImageFixture& fixture);

}  // namespace signalbox::probes
