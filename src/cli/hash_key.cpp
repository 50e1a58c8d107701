// signalbox hash-key: a new API key and its hash, or the hash of one that is there.
#include <openssl/rand.h>

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "auth/base64url.h"
#include "cli/commands.h"
#include "digest/sha256.h"

namespace signalbox::cli {

namespace {

struct Flags {
  bool from_stdin = false;
  bool json = false;
};

// 256 bits: nothing that could be guessed, so a plain hash is enough to keep.
std::string new_key() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no random bytes");
  return "sb-" + auth::encode_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string read_key() {
  std::string key;
  std::getline(std::cin, key);
  const std::string_view blanks = " \t\r";
  const std::size_t begin = key.find_first_not_of(blanks);
  return begin == std::string::npos ? "" : key.substr(begin, key.find_last_not_of(blanks) - begin + 1);
}

int run(const Flags& flags) {
  const std::string key = flags.from_stdin ? read_key() : new_key();
  if (key.empty()) {
    std::cerr << "signalbox: standard input holds no key\n";
    return kUsage;
  }
  const std::string hash = digest::hex(digest::sha256(key));
  if (flags.json) {
    std::cout << "{" << (flags.from_stdin ? "" : "\"key\":\"" + key + "\",") << "\"sha256\":\"" << hash << "\"}\n";
    return kGood;
  }
  if (!flags.from_stdin) std::cout << "key     " << key << "   (shown once: give it to the client)\n";
  std::cout << "sha256  " << hash << "   (for global.services.client_auth.api_keys[].sha256)\n";
  return kGood;
}

}  // namespace

Command add_hash_key(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("hash-key", "Make an API key and the hash that the configuration holds.");
  command->add_flag("--stdin", flags->from_stdin, "Hash the key on standard input instead of making one.");
  command->add_flag("--json", flags->json, "Print JSON.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
