#include "protocol/byte_edits.h"

#include <algorithm>
#include <cassert>

namespace signalbox::protocol {
namespace {

bool is_insertion(const ByteEdit* edit) {
  return edit->range.size() == 0;
}

// By place; at one place insertions first, then the widest range; otherwise in the order of the request.
bool comes_first(const ByteEdit* a, const ByteEdit* b) {
  if (a->range.begin != b->range.begin) return a->range.begin < b->range.begin;
  if (is_insertion(a) != is_insertion(b)) return is_insertion(a);
  if (a->range.end != b->range.end) return a->range.end > b->range.end;
  return a < b;
}

bool is_same_range(const ByteEdit* a, const ByteEdit* b) {
  return !is_insertion(a) && a->range.begin == b->range.begin && a->range.end == b->range.end;
}

}  // namespace

std::string apply_edits(std::string_view body, const std::vector<ByteEdit>& edits) {
  std::vector<const ByteEdit*> sorted;
  sorted.reserve(edits.size());
  std::size_t size = body.size();
  for (const ByteEdit& edit : edits) {
    sorted.push_back(&edit);
    size += edit.text.size();
  }
  std::sort(sorted.begin(), sorted.end(), comes_first);
  std::string out;
  out.reserve(size);
  std::size_t at = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Range range = sorted[i]->range;
    if (i + 1 < sorted.size() && is_same_range(sorted[i], sorted[i + 1])) continue;
    if (range.begin < at) {
      assert(range.end <= at && "edits overlap in part");
      continue;
    }
    out.append(body, at, range.begin - at).append(sorted[i]->text);
    at = range.end;
  }
  return out.append(body, at);
}

void append_removals(const std::vector<Range>& items, const std::vector<bool>& remove, std::vector<ByteEdit>& edits) {
  assert(items.size() == remove.size());
  const auto first_kept = std::find(remove.begin(), remove.end(), false);
  const std::size_t head = static_cast<std::size_t>(first_kept - remove.begin());
  // Items at the front go with the comma behind them, all others with the comma before them.
  if (head == items.size()) {
    if (!items.empty()) edits.push_back({{items.front().begin, items.back().end}, {}});
    return;
  }
  if (head > 0) edits.push_back({{items.front().begin, items[head].begin}, {}});
  for (std::size_t i = head; i < items.size(); ++i) {
    if (remove[i]) edits.push_back({{items[i - 1].end, items[i].end}, {}});
  }
}

}  // namespace signalbox::protocol
