// Who has used how much of which budget: the state behind the rate limits.
//
// Lives outside the configuration snapshots, keyed by rule and subject, so that a reload keeps the counts. Several
// budgets are charged together: all or none. A charge is a reservation of what a request may use; at its end it becomes
// what it did use. Memory is bounded: budgets whose window has run empty give way to new ones, and when there is none,
// a new subject is refused. Counts are of this process and begin anew with it. Thread-safe: one lock, held for well
// under a microsecond.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/sliding_window.h"

namespace signalbox::auth {

class BudgetLedger {
 public:
  using Time = SlidingWindow::Time;

  struct Charge {
    std::string key;  // rule, measure, unit and subject: one window
    std::chrono::nanoseconds unit{};
    std::int64_t limit = 0;
    std::int64_t amount = 0;
  };
  struct Refusal {
    enum class Why : std::uint8_t { used_up, never_fits, too_many_subjects };
    Why why = Why::used_up;
    std::size_t charge = 0;                  // index of the charge that failed
    std::int64_t remaining = 0;              // of its limit
    std::chrono::nanoseconds retry_after{};  // when it would fit, if nothing else is used
  };
  struct Held;

  // What a request holds of its budgets. Ended by settle(); one that is dropped stands as it was reserved.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&&) noexcept = default;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();
    explicit operator bool() const { return !held_.empty(); }
    // What was really used, one amount for each charge.
    void settle(std::span<const std::int64_t> used, Time now);

   private:
    friend class BudgetLedger;
    std::shared_ptr<BudgetLedger> ledger_;
    std::vector<Held> held_;
  };

  // All of the charges, or none. At most `max_subjects` budgets are kept.
  static std::expected<Reservation, Refusal> reserve(const std::shared_ptr<BudgetLedger>& ledger,
                                                     std::span<const Charge> charges, std::size_t max_subjects,
                                                     Time now);
  std::size_t subjects() const;

 private:
  struct Entry {
    explicit Entry(std::chrono::nanoseconds unit) : window(unit) {}
    SlidingWindow window;
    std::uint32_t in_flight = 0;  // requests that will settle: the entry stays
    std::size_t place = 0;        // in ring_
    const std::string* key = nullptr;
  };

  Entry* entry_of(const Charge& charge, std::size_t max_subjects, Time now);
  bool make_room(std::size_t max_subjects, Time now);
  bool drop_idle(std::size_t looks, Time now);
  void erase(Entry& entry);
  void settle(std::vector<Held>& held, std::span<const std::int64_t> used, Time now);
  void release(std::vector<Held>& held);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_;
  std::vector<Entry*> ring_;  // the same entries, for the hand that looks for idle ones
  std::size_t hand_ = 0;
};

struct BudgetLedger::Held {
  Entry* entry = nullptr;
  std::int64_t slot = 0;
  std::int64_t amount = 0;
};

}  // namespace signalbox::auth
