// The subcommands. Each registers its flags on the app and returns what runs it; main() calls the one that was chosen.
//
// Exit codes: 0 good (warnings included), 1 the check failed, 2 wrong usage or unreadable file.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace signalbox::cli {

using Command = std::function<int()>;

Command add_validate(CLI::App& app);
Command add_explain(CLI::App& app);
Command add_eval(CLI::App& app);
Command add_schema(CLI::App& app);
Command add_version(CLI::App& app);
Command add_serve(CLI::App& app);
Command add_mock_upstream(CLI::App& app);
Command add_health(CLI::App& app);
Command add_hash_key(CLI::App& app);
Command add_embed(CLI::App& app);
Command add_parity(CLI::App& app);
Command add_train(CLI::App& app);
Command add_calibrate(CLI::App& app);
Command add_views(CLI::App& app);

inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

}  // namespace signalbox::cli
