#include "auth/budget_ledger.h"

#include <algorithm>
#include <utility>

namespace signalbox::auth {

namespace {
constexpr std::size_t kLooksPerNewEntry = 4;   // reclaims ahead of need, a little each time
constexpr std::size_t kLooksWhenFull = 1'024;  // tens of microseconds; the hand goes on from there next time
}  // namespace

std::expected<BudgetLedger::Reservation, BudgetLedger::Refusal> BudgetLedger::reserve(
    const std::shared_ptr<BudgetLedger>& ledger, std::span<const Charge> charges, std::size_t max_subjects, Time now) {
  BudgetLedger& self = *ledger;
  std::vector<Held> held;
  held.reserve(charges.size());
  const std::lock_guard lock(self.mutex_);
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const Charge& charge = charges[i];
    Entry* const entry = self.entry_of(charge, max_subjects, now);
    if (entry == nullptr) {
      self.release(held);
      return std::unexpected(Refusal{Refusal::Why::too_many_subjects, i, 0, std::chrono::seconds(1)});
    }
    const std::int64_t remaining = std::max<std::int64_t>(0, charge.limit - entry->window.used(now));
    if (charge.amount > remaining) {
      self.release(held);
      if (charge.amount > charge.limit) {
        return std::unexpected(Refusal{Refusal::Why::never_fits, i, remaining, charge.unit});
      }
      const std::chrono::nanoseconds wait = entry->window.wait_for(charge.amount, charge.limit, now);
      return std::unexpected(Refusal{Refusal::Why::used_up, i, remaining, wait});
    }
    ++entry->in_flight;  // must not give way to the next charge's entry
    held.push_back({entry, 0, charge.amount});
  }
  for (Held& one : held) one.slot = one.entry->window.add(one.amount, now);
  Reservation reservation;
  reservation.ledger_ = ledger;
  reservation.held_ = std::move(held);
  return reservation;
}

BudgetLedger::Entry* BudgetLedger::entry_of(const Charge& charge, std::size_t max_subjects, Time now) {
  const auto known = entries_.find(charge.key);
  if (known != entries_.end()) return known->second.get();
  if (!make_room(max_subjects, now)) return nullptr;
  const auto [it, inserted] = entries_.emplace(charge.key, std::make_unique<Entry>(charge.unit));
  Entry& entry = *it->second;
  entry.key = &it->first;
  entry.place = ring_.size();
  ring_.push_back(&entry);
  return &entry;
}

bool BudgetLedger::make_room(std::size_t max_subjects, Time now) {
  drop_idle(kLooksPerNewEntry, now);
  while (entries_.size() >= max_subjects) {
    if (!drop_idle(kLooksWhenFull, now)) return false;
  }
  return true;
}

// Looks at so many entries and erases those that hold nothing. Was there one?
bool BudgetLedger::drop_idle(std::size_t looks, Time now) {
  bool dropped = false;
  for (std::size_t i = std::min(looks, ring_.size()); i > 0 && !ring_.empty(); --i) {
    if (hand_ >= ring_.size()) hand_ = 0;
    Entry& entry = *ring_[hand_];
    if (entry.in_flight == 0 && entry.window.used(now) == 0) {
      erase(entry);  // another one takes its place: the hand stays
      dropped = true;
    } else {
      ++hand_;
    }
  }
  return dropped;
}

void BudgetLedger::erase(Entry& entry) {
  ring_[entry.place] = ring_.back();
  ring_[entry.place]->place = entry.place;
  ring_.pop_back();
  const auto it = entries_.find(*entry.key);
  entries_.erase(it);
}

// Less than reserved: what is too much goes back to when it was reserved. More: it counts from now on, so that an
// answer longer than the window is not forgotten.
void BudgetLedger::settle(std::vector<Held>& held, std::span<const std::int64_t> used, Time now) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < held.size(); ++i) {
    const std::int64_t actual = i < used.size() ? used[i] : held[i].amount;
    if (actual > held[i].amount) held[i].entry->window.add(actual - held[i].amount, now);
    if (actual < held[i].amount) held[i].entry->window.refund(held[i].slot, held[i].amount - actual, now);
  }
  release(held);
}

void BudgetLedger::release(std::vector<Held>& held) {
  for (Held& one : held) --one.entry->in_flight;
  held.clear();
}

std::size_t BudgetLedger::subjects() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

BudgetLedger::Reservation& BudgetLedger::Reservation::operator=(Reservation&& other) noexcept {
  std::swap(ledger_, other.ledger_);
  std::swap(held_, other.held_);
  return *this;
}

BudgetLedger::Reservation::~Reservation() {
  if (held_.empty()) return;
  const std::lock_guard lock(ledger_->mutex_);
  ledger_->release(held_);
}

void BudgetLedger::Reservation::settle(std::span<const std::int64_t> used, Time now) {
  if (!held_.empty()) ledger_->settle(held_, used, now);
}

}  // namespace signalbox::auth
