// What worker_main_test.cpp and sandbox_test.cpp agree on. Test only.
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::vision {

inline constexpr std::string_view kProbeArgument = "--sandbox-probe";
inline constexpr std::uint64_t kProbeMemory = 1024ULL * 1024 * 1024;
inline constexpr int kProbeDone = 20, kProbeRefused = 21, kProbeNotConfined = 22;

}  // namespace signalbox::vision
