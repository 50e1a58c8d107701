#include "vision/pool.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "vision/fake_worker.h"
#include "vision/lane.h"
#include "vision/test_pictures.h"

namespace signalbox::vision {
namespace {

using evidence::ImageText;
using evidence::Unjudged;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

class PoolTest : public testing::Test {
 protected:
  static std::unique_ptr<ReaderPool> make(std::uint32_t workers, std::uint32_t queue = 64) {
    PoolOptions options;
    options.workers = workers;
    options.queue = queue;
    auto pool = ReaderPool::create(options);
    EXPECT_TRUE(pool.has_value());
    return std::move(*pool);
  }
  static ImageText read(ReaderPool& pool, const TestImage& image, milliseconds limit = seconds(60)) {
    return pool.read({&image.image}, Clock::now() + limit).at(0);
  }
  // The only worker's pid, as soon as it differs from `old`.
  static pid_t next_pid(const ReaderPool& pool, pid_t old) {
    while (true) {
      const auto pids = pool.worker_pids();
      if (pids.size() == 1 && pids[0] != old) return pids[0];
      std::this_thread::sleep_for(milliseconds(5));
    }
  }

  TestImage receipt_{example("receipt.png"), "image/png"};
  TestImage landscape_{example("landscape.png")};
};

TEST_F(PoolTest, NothingStartsBeforeTheFirstPicture) {
  const auto pool = make(2);
  EXPECT_TRUE(pool->worker_pids().empty());
}

TEST_F(PoolTest, ReadsPicturesInOrder) {
  const auto pool = make(2);
  const auto texts = pool->read({&receipt_.image, &landscape_.image, &receipt_.image}, Clock::now() + seconds(60));
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_NE(texts[0].text.find("BAKERY"), std::string::npos) << texts[0].text << texts[0].detail;
  EXPECT_EQ(texts[0].unjudged, Unjudged::none);
  EXPECT_EQ(texts[0].width, 520U);
  EXPECT_EQ(texts[1].text.find("BAKERY"), std::string::npos);
  EXPECT_EQ(texts[1].unjudged, Unjudged::none) << texts[1].detail;
  EXPECT_EQ(texts[2].text, texts[0].text);
}

TEST_F(PoolTest, WithoutADeadlineItWaits) {
  const auto pool = make(1);
  const auto text = pool->read({&receipt_.image}, Clock::time_point::max()).at(0);
  EXPECT_EQ(text.unjudged, Unjudged::none) << text.detail;
}

TEST_F(PoolTest, WarmUpStartsAllWorkers) {
  const auto pool = make(2);
  const auto warm = pool->warm_up();
  ASSERT_TRUE(warm.has_value()) << warm.error();
  EXPECT_EQ(pool->worker_pids().size(), 2U);
}

TEST_F(PoolTest, KilledIdleWorkerLosesNothing) {
  const auto pool = make(1);
  ASSERT_TRUE(pool->warm_up().has_value());
  ASSERT_EQ(::kill(pool->worker_pids().at(0), SIGKILL), 0);
  EXPECT_EQ(read(*pool, receipt_).unjudged, Unjudged::none);
}

TEST_F(PoolTest, LateWorkerIsKilledAndReplaced) {
  const auto pool = make(1);
  ASSERT_TRUE(pool->warm_up().has_value());
  const pid_t first = pool->worker_pids().at(0);
  ASSERT_EQ(::kill(first, SIGSTOP), 0);
  // Long enough that the picture is with the worker before its time is up, however slow the machine: a worker that
  // never got it is not replaced.
  EXPECT_EQ(read(*pool, receipt_, seconds(3)).unjudged, Unjudged::timeout);
  EXPECT_NE(next_pid(*pool, first), first);
  EXPECT_EQ(::kill(first, 0), -1) << "the stopped worker still exists";
  EXPECT_EQ(read(*pool, receipt_).unjudged, Unjudged::none);
}

TEST_F(PoolTest, PastDeadlineIsTimeoutAtOnce) {
  const auto pool = make(1);
  EXPECT_EQ(read(*pool, receipt_, milliseconds(-1)).unjudged, Unjudged::timeout);
}

// Once eight pictures and a deadline of 200 ms: on a loaded machine the deadline passed while they were handed over,
// and the queue was empty again. No clock is needed to show either half.
TEST_F(PoolTest, FullQueueRefuses) {
  PictureQueue queue(2);
  const std::atomic<bool> never = false;
  EXPECT_TRUE(queue.push(std::make_unique<Errand>()));
  EXPECT_TRUE(queue.push(std::make_unique<Errand>()));
  EXPECT_FALSE(queue.push(std::make_unique<Errand>()));
  EXPECT_NE(queue.pop(never), nullptr);
  EXPECT_TRUE(queue.push(std::make_unique<Errand>()));
}

TEST_F(PoolTest, RefusedPictureIsOverload) {
  const auto pool = make(1, 0);
  const ImageText text = read(*pool, receipt_);
  EXPECT_EQ(text.unjudged, Unjudged::overloaded);
  EXPECT_EQ(text.detail, "too many pictures are waiting to be read");
}

TEST_F(PoolTest, RefusalsKeepTheirReason) {
  const auto pool = make(1);
  evidence::Image remote;
  remote.unjudged = Unjudged::remote_url;
  TestImage tiff({'I', 'I', '*', 0, 8, 0, 0, 0, 0, 0});
  TestImage mismatch(example("receipt.png"), "image/jpeg");
  TestImage truncated([] {
    auto bytes = example("receipt.png");
    bytes.resize(bytes.size() / 2);
    return bytes;
  }());
  evidence::Image bad_base64;
  bad_base64.base64 = "not base64!!";
  const auto texts =
      pool->read({&remote, &tiff.image, &mismatch.image, &truncated.image, &bad_base64}, Clock::now() + seconds(60));
  EXPECT_EQ(texts[0].unjudged, Unjudged::remote_url);
  EXPECT_EQ(texts[1].unjudged, Unjudged::unsupported_format);
  EXPECT_EQ(texts[2].unjudged, Unjudged::unsupported_format);
  EXPECT_EQ(texts[3].unjudged, Unjudged::decode_failed);
  EXPECT_EQ(texts[3].width, 520U);
  EXPECT_EQ(texts[4].unjudged, Unjudged::decode_failed);
}

TEST_F(PoolTest, WithoutTessdataItSaysSo) {
  PoolOptions options;
  options.workers = 1;
  options.reader.recognition.tessdata = "/nonexistent";
  const auto pool = ReaderPool::create(options);
  ASSERT_TRUE(pool.has_value());
  const ImageText text = read(**pool, receipt_);
  EXPECT_EQ(text.unjudged, Unjudged::ocr_missing);
  EXPECT_EQ(text.width, 520U);
}

TEST_F(PoolTest, WorkerThatCannotStartIsASentence) {
  PoolOptions options;
  options.executable = "/nonexistent/signalbox";
  const auto pool = ReaderPool::create(options);
  ASSERT_TRUE(pool.has_value());
  const auto warm = (*pool)->warm_up();
  ASSERT_FALSE(warm.has_value());
  EXPECT_NE(warm.error().find("cannot start"), std::string::npos) << warm.error();
  EXPECT_EQ(read(**pool, receipt_).unjudged, Unjudged::ocr_missing);
}

TEST_F(PoolTest, KilledUnderLoadLosesNothing) {
  const auto pool = make(2);
  ASSERT_TRUE(pool->warm_up().has_value());
  std::atomic<int> unread = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 3; ++round)
        unread += read(*pool, landscape_, seconds(120)).unjudged != Unjudged::none ? 1 : 0;
    });
  // Once each: the pool promises one retry for a picture.
  for (const pid_t pid : pool->worker_pids()) ::kill(pid, SIGKILL);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(unread, 0);
}

// The same pool over workers that misbehave on request.
class PoolOverFakesTest : public PoolTest {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "signalbox-fake-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    pool_ = over_fakes(folder_);
  }
  void TearDown() override {
    pool_.reset();
    std::filesystem::remove_all(folder_);
  }
  static std::unique_ptr<ReaderPool> over_fakes(const std::string& mode) {
    PoolOptions options;
    options.workers = 1;
    options.environment = {std::string(kFakeWorkerVariable) + "=" + mode};
    return std::move(ReaderPool::create(options).value());
  }
  // One picture per order, all at once, in this order.
  std::vector<ImageText> order(const std::vector<const char*>& orders, milliseconds limit = seconds(60)) {
    std::vector<evidence::Image> images(orders.size(), receipt_.image);
    std::vector<const evidence::Image*> pointers;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      images[i].media_type = orders[i];
      pointers.push_back(&images[i]);
    }
    return pool_->read(pointers, Clock::now() + limit);
  }

  std::string folder_;
  std::unique_ptr<ReaderPool> pool_;
};

TEST_F(PoolOverFakesTest, CrashFailsItsPictureOnly) {
  const auto texts = order({kCrash, "test/good", kCrash, "test/good"});
  EXPECT_EQ(texts[0].unjudged, Unjudged::decode_failed);
  EXPECT_EQ(texts[0].detail, "the picture crashed its decoder");
  EXPECT_EQ(texts[1].text, "read by the fake");
  EXPECT_EQ(texts[2].unjudged, Unjudged::decode_failed);
  EXPECT_EQ(texts[3].text, "read by the fake");
}

TEST_F(PoolOverFakesTest, KilledWorkerLosesNoPictureInFlightOrQueued) {
  const auto texts = order({kKilledOnce, "test/good", "test/good"});
  for (const ImageText& text : texts) EXPECT_EQ(text.text, "read by the fake") << text.detail;
}

TEST_F(PoolOverFakesTest, PictureThatIsKilledTwiceIsGivenUp) {
  const auto texts = order({kKilledAlways, "test/good"});
  EXPECT_EQ(texts[0].unjudged, Unjudged::decode_failed);
  EXPECT_EQ(texts[1].text, "read by the fake");
}

// Found by tests/integration/test_killed_workers.py: nobody heard of the death for ten seconds, since the gateway held
// the worker's end of the socket itself, and then the picture counted as unread.
TEST_F(PoolOverFakesTest, WorkerThatIsKilledBeforeItIsReadyIsReplaced) {
  std::ofstream(std::filesystem::path(folder_) / kFakeKilledStarts) << 2;
  EXPECT_EQ(order({"test/good"})[0].text, "read by the fake");
}

TEST_F(PoolOverFakesTest, WorkersThatAreAlwaysKilledAreGivenUpWithASentence) {
  std::ofstream(std::filesystem::path(folder_) / kFakeKilledStarts) << 3;
  const ImageText text = order({"test/good"})[0];
  EXPECT_EQ(text.unjudged, Unjudged::ocr_missing);
  EXPECT_EQ(text.detail, "picture worker: it died before it was ready");
}

TEST_F(PoolOverFakesTest, HangEndsAtTheDeadline) {
  EXPECT_EQ(order({kHang}, milliseconds(100))[0].unjudged, Unjudged::timeout);
  EXPECT_EQ(order({"test/good"})[0].text, "read by the fake");
}

TEST_F(PoolOverFakesTest, AnswersOfATakenOverWorkerAreNotTrusted) {
  const auto texts = order({kBabble, kHugeFrame, kBadText, "test/good"});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(texts[i].unjudged, Unjudged::decode_failed) << i;
  EXPECT_EQ(texts[3].text, "read by the fake");
}

TEST_F(PoolOverFakesTest, UnconfinedWorkerIsRefusedWithTheRemedy) {
  pool_ = over_fakes(kFakeUnconfined);
  const auto warm = pool_->warm_up();
  ASSERT_FALSE(warm.has_value());
  EXPECT_NE(warm.error().find("image_isolation: in_process"), std::string::npos) << warm.error();
  EXPECT_EQ(order({"test/good"})[0].unjudged, Unjudged::ocr_missing);
}

TEST_F(PoolOverFakesTest, WorkersHoldNoForeignDescriptor) {
  const int leaky = ::dup(STDIN_FILENO);  // without CLOEXEC, as a library might leave one
  ASSERT_TRUE(pool_->warm_up().has_value());
  const std::string folder = "/proc/" + std::to_string(pool_->worker_pids().at(0)) + "/fd";
  const auto open = std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
  EXPECT_EQ(open, 4);  // three standard ones and the channel
  ::close(leaky);
}

}  // namespace
}  // namespace signalbox::vision
