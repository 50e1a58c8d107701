#include "gateway/judging.h"

#include <atomic>

#include "gateway/compute_await.h"
#include "gateway/local_embeddings.h"

namespace signalbox::gateway {

namespace {

constexpr int kClientLeft = 499;  // as the access log has it; nobody reads it

enum class Dropped : std::uint8_t { no, client_left, deadline };

struct JobEnd {
  Dropped dropped = Dropped::no;
  std::optional<Reply> reply;
};

Reply client_left_reply() {
  return {HttpResponse{.status = kClientLeft, .headers = {}, .body = {}}, "error", "cancelled"};
}

std::optional<Reply> judge_only(Exchange& exchange, Judging::Reader, const ChatServices& services) {
  judge(exchange, services.images, services.documents);
  return std::nullopt;
}

// A request with pictures to fetch is not judged yet.
std::optional<Reply> read_and_judge(Exchange& exchange, Judging::Reader read, const ChatServices& services) {
  if (std::optional<Reply> reply = read(exchange)) return reply;
  exchange.remote_images = plan_fetches(exchange);
  return exchange.remote_images ? std::nullopt : judge_only(exchange, read, services);
}

std::optional<Reply> read_fetched_and_judge(Exchange& exchange, Judging::Reader read, const ChatServices& services) {
  if (std::optional<Reply> reply = read_fetched(exchange, read)) return reply;
  return judge_only(exchange, read, services);
}

std::optional<Reply> apply_only(Exchange& exchange, Judging::Reader, const ChatServices&) {
  apply_policy(exchange);
  return std::nullopt;
}

std::optional<Reply> embed_only(Exchange& exchange, Judging::Reader, const ChatServices&) {
  return embed_locally(exchange);
}

}  // namespace

Judging::Judging(const ChatServices& services, Admission& admission)
    : s_(services),
      admission_(admission),
      images_(services),
      dropped_(services.metrics.counter("signalbox_compute_dropped_total",
                                        "Jobs not run: their client had left, or their deadline was over.",
                                        {"reason"})) {}

Task<std::optional<Reply>> Judging::judge(ExchangePtr exchange, CancelToken& left, Reader read) {
  if (exchange->http.body.size() > kLargeBody) {
    std::optional<Reply> reply = co_await on_pool(exchange, left, &read_and_judge, read);
    if (reply || !exchange->remote_images) co_return reply;
    co_return co_await judge_fetched(exchange, left, read);
  }
  if (std::optional<Reply> reply = read(*exchange)) co_return reply;
  exchange->remote_images = plan_fetches(*exchange);
  if (exchange->remote_images) co_return co_await judge_fetched(exchange, left, read);
  if (may_block(*exchange)) co_return co_await on_pool(exchange, left, &judge_only, read);
  co_return judge_only(*exchange, read, s_);
}

// On the pool behind the fetch: the body has become a large one.
Task<std::optional<Reply>> Judging::judge_fetched(ExchangePtr exchange, CancelToken& left, Reader read) {
  co_await images_.fetch(exchange, left);
  if (left.cancelled()) co_return client_left_reply();
  co_return co_await on_pool(exchange, left, &read_fetched_and_judge, read);
}

Task<std::optional<Reply>> Judging::embed(ExchangePtr exchange, CancelToken& left) {
  return on_pool(std::move(exchange), left, &embed_only, nullptr);
}

bool Judging::applies_on_pool(const Exchange& exchange) {
  return exchange.request->body().size() > kLargeBody;
}

Task<std::optional<Reply>> Judging::apply(ExchangePtr exchange, CancelToken& left) {
  return on_pool(std::move(exchange), left, &apply_only, nullptr);
}

Task<std::optional<Reply>> Judging::on_pool(ExchangePtr exchange, CancelToken& left, Work work, Reader read) {
  const auto gone = std::make_shared<std::atomic<bool>>(left.cancelled());
  const CancelToken::Registration registration = left.on_cancel([gone] { *gone = true; });
  exchange->gone = gone;
  const auto deadline = exchange->received + exchange->snapshot->deadline;
  const ChatServices services = s_;
  std::optional<JobEnd> end = co_await run(
      s_.compute,
      [exchange, work, read, services, gone, deadline] {
        if (*gone) return JobEnd{Dropped::client_left, std::nullopt};
        if (std::chrono::steady_clock::now() >= deadline) return JobEnd{Dropped::deadline, std::nullopt};
        return JobEnd{Dropped::no, work(*exchange, read, services)};
      },
      Lane::slow);
  if (end && end->dropped == Dropped::client_left) dropped_.with({"client_left"}).increment();
  // Work that was given up half way says "unknown" or "failed": not what became of this request.
  if (left.cancelled()) co_return client_left_reply();
  if (end && end->dropped == Dropped::no) co_return std::move(end->reply);
  if (end) {
    dropped_.with({"deadline"}).increment();
  } else {
    admission_.refused("judgement_queue");
  }
  const std::int64_t seconds = s_.compute.retry_after(Lane::slow).count();
  co_return Reply{overloaded_response("too many requests wait to be judged", seconds), "error",
                  end ? "deadline" : "overloaded"};
}

}  // namespace signalbox::gateway
