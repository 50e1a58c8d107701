// What authentication and budgets cost a request.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "auth/budget_ledger.h"
#include "auth/client_auth.h"
#include "auth/jwt_fixture.h"
#include "auth/jwt_verifier.h"

namespace signalbox::auth {
namespace {

constexpr std::chrono::system_clock::time_point kNow{std::chrono::seconds(1'800'000'000)};

void api_key(benchmark::State& state) {
  ClientAuthSpec spec;
  for (int i = 0; i < state.range(0); ++i) {
    spec.api_keys.emplace_back();
    spec.api_keys.back().name = "key-" + std::to_string(i);
    spec.api_keys.back().sha256 = digest::hex(digest::sha256(spec.api_keys.back().name));
  }
  config::Diagnostics diagnostics;
  const auto auth = ClientAuth::compile(spec, {}, [](const std::string&) { return std::nullopt; }, diagnostics);
  KeySetStore store;
  for (auto _ : state) benchmark::DoNotOptimize(auth->authenticate("key-7", "in", store, {kNow, {}}));
}
BENCHMARK(api_key)->Arg(10)->Arg(10'000);

void jwt(benchmark::State& state, JwsAlgorithm algorithm, const TestKey& key, const std::string& jwk,
         bool again = false) {
  JwtSpec spec;
  spec.issuer = "https://issuer";
  spec.audience = {"signalbox"};
  spec.algorithms = {std::string(to_string(algorithm))};
  const JwtVerifier verifier(spec, nullptr, std::nullopt, "");
  const std::string text =
      token(algorithm, key, R"({"alg":")" + spec.algorithms[0] + R"(","kid":"k"})",
            R"({"iss":"https://issuer","aud":"signalbox","sub":"ann@example.com","exp":1800000100})");
  // A token is verified once for a key set: to measure that, there is another one every time.
  const auto sets = std::array{std::make_shared<const KeySet>(*KeySet::parse(jwks(jwk))),
                               std::make_shared<const KeySet>(*KeySet::parse(jwks(jwk)))};
  std::size_t n = 0;
  for (auto _ : state) {
    const auto principal = verifier.verify(text, again ? sets[0] : sets[n++ % 2], kNow);
    if (!principal) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(principal);
  }
}
void jwt_rs256(benchmark::State& state) {
  const TestKey key = rsa_test_key();
  jwt(state, JwsAlgorithm::rs256, key, rsa_jwk(key, "k"));
}
void jwt_es256(benchmark::State& state) {
  const TestKey key = ec_test_key("P-256");
  jwt(state, JwsAlgorithm::es256, key, ec_jwk(key, "P-256", 32, "k"));
}
void jwt_eddsa(benchmark::State& state) {
  const TestKey key = ed25519_test_key();
  jwt(state, JwsAlgorithm::eddsa, key, ed25519_jwk(key, "k"));
}
void jwt_rs256_known(benchmark::State& state) {
  const TestKey key = rsa_test_key();
  jwt(state, JwsAlgorithm::rs256, key, rsa_jwk(key, "k"), true);
}
BENCHMARK(jwt_rs256);
BENCHMARK(jwt_rs256_known);
BENCHMARK(jwt_es256);
BENCHMARK(jwt_eddsa);

// Two budgets, as one rule with requests and tokens has, over so many users.
void budget(benchmark::State& state) {
  const auto ledger = std::make_shared<BudgetLedger>();
  const std::vector<std::int64_t> used{1, 300};
  std::int64_t n = 0;
  for (auto _ : state) {
    const SlidingWindow::Time now{std::chrono::microseconds(20 * ++n)};
    const std::string user = "4:rule/tokens/60000000000/u" + std::to_string(n % state.range(0));
    const std::vector<BudgetLedger::Charge> charges{{user + "r", std::chrono::minutes(1), 1'000'000'000, 1},
                                                    {user + "t", std::chrono::minutes(1), 1'000'000'000, 500}};
    auto reservation = BudgetLedger::reserve(ledger, charges, 1'000'000, now);
    if (!reservation) return state.SkipWithError("refused");
    reservation->settle(used, now);
  }
}
BENCHMARK(budget)->Arg(10)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace signalbox::auth
