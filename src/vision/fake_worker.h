// A worker without a sandbox or a recogniser that misbehaves on request, so that the pool's promises can be tested
// without luck. Test only; worker_main_test.cpp runs it when kFakeWorkerVariable is in the environment.
#pragma once

namespace signalbox::vision {

// Its value is a folder: the fake remembers there, across its deaths, that it was killed once.
inline constexpr const char* kFakeWorkerVariable = "SIGNALBOX_FAKE_WORKER";
// A file in that folder: how many more workers are killed before they are ready.
inline constexpr const char* kFakeKilledStarts = "killed-starts";
inline constexpr const char* kFakeUnconfined = "unconfined";  // in place of a folder: says it cannot be confined

// The declared media type of the picture is the order.
inline constexpr const char* kCrash = "test/crash";
inline constexpr const char* kBabble = "test/babble";
inline constexpr const char* kHugeFrame = "test/huge-frame";
inline constexpr const char* kHang = "test/hang";
inline constexpr const char* kKilledOnce = "test/killed-once";
inline constexpr const char* kKilledAlways = "test/killed-always";
inline constexpr const char* kBadText = "test/bad-text";
inline constexpr const char* kBadSize = "test/bad-size";  // of pixels

int run_fake_worker(int fd, const char* mode);

}  // namespace signalbox::vision
