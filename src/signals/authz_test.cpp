#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::ElementsAre;
using enum Truth;
using test::Rules;
using test::Subject;

constexpr std::string_view kBindings = R"(
- {name: admins, role: admin, subjects: [{kind: Group, name: platform-admins}]}
- {name: root, role: admin, subjects: [{kind: User, name: root}]}
- {name: premium, role: premium_user, subjects: [{kind: Group, name: premium-tier}]}
)";

Subject sent_by(std::string user, std::vector<std::string> groups, bool verified = true) {
  Subject subject = Subject::text("hello");
  subject.evidence.identity = {
      .verified = verified, .user = std::move(user), .groups = std::move(groups), .team = {}, .tenant = {}};
  return subject;
}

TEST(Authz, LeavesAreRolesAndBindingsOfOneRoleMerge) {
  const Rules rules("authz", kBindings);
  EXPECT_TRUE(rules.diagnostics.ok());
  EXPECT_THAT(rules.leaf_names(), ElementsAre("admin", "premium_user"));
  EXPECT_EQ(sent_by("root", {}).evaluate(rules, "admin").truth, match);
  const SignalResult by_group = sent_by("ann", {"x", "platform-admins"}).evaluate(rules, "admin");
  EXPECT_EQ(by_group.truth, match);
  EXPECT_EQ(by_group.findings.at(0).what, "Group platform-admins");
  EXPECT_EQ(sent_by("ann", {"x"}).evaluate(rules, "admin").truth, no_match);
  EXPECT_EQ(sent_by("platform-admins", {}).evaluate(rules, "admin").truth, no_match) << "a user is no group";
}

TEST(Authz, WithoutAVerifiedUserEveryRoleIsUnknown) {
  const Rules rules("authz", kBindings);
  for (const Subject& subject : {sent_by("root", {}, false), sent_by("", {"platform-admins"})}) {
    const SignalResult result = subject.evaluate(rules, "admin");
    EXPECT_EQ(result.truth, Truth::unknown);
    EXPECT_EQ(result.reason, Reason::identity_missing);
  }
}

TEST(Authz, MistakesAreNamedAtTheirPlace) {
  const Rules rules("authz", R"(
- {name: a, subjects: [{kind: Group, name: g}]}
- {name: b, role: r, subjects: []}
- {name: c, role: r, subjects: [{kind: group, name: g}]}
)");
  EXPECT_THAT(rules.problems(),
              ::testing::UnorderedElementsAre("routing.signals.role_bindings[0].role missing_key",
                                              "routing.signals.role_bindings[1].subjects empty_value",
                                              "routing.signals.role_bindings[2].subjects[0].kind bad_choice"));
}

}  // namespace
}  // namespace signalbox::signals
