// SHA-256 of files and texts, in hex: what a model is known by. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace signalbox::trust {

// Throws tensor::LoadError when the file cannot be read.
std::string file_sha256(const std::filesystem::path& path);
std::string text_sha256(std::string_view text);

}  // namespace signalbox::trust
