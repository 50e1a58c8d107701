// authz: roles of the sender, from role_bindings. The leaf's name is the role; several bindings may grant the same one.
//
// Identity comes from Evidence::identity alone, which the gateway fills from headers of trusted proxies. Without a
// verified user every role is unknown (identity_missing); the engine turns that into 403 unless authz.fail_open.
#include <algorithm>
#include <array>
#include <map>

#include "signals/family.h"

namespace signalbox::signals {
namespace {

enum class SubjectKind : std::uint8_t { user, group };
constexpr std::array<config::EnumName, 2> kKinds{
    {{static_cast<int>(SubjectKind::user), "User"}, {static_cast<int>(SubjectKind::group), "Group"}}};
std::span<const config::EnumName> enum_names(SubjectKind) {
  return kKinds;
}

struct Subject {
  std::string path;
  SubjectKind kind = SubjectKind::user;
  std::string name;
};

void describe(config::Visitor& v, Subject& x) {
  v.object("RoleSubject", "Who has a role.", &x.path);
  v.field("kind", x.kind, {.doc = "User or Group.", .required = true});
  v.field("name", x.name,
          {.doc = "The user's id or the group's name, as the trusted proxy sends it.",
           .required = true,
           .non_empty = true});
}

struct RoleBinding : RuleBase {
  std::vector<Subject> subjects;
  std::string role;
};

void describe(config::Visitor& v, RoleBinding& x) {
  describe_rule(v, x, "RoleBinding", "Grants a role to users and groups; rules use it as {type: authz, name: <role>}.");
  v.field("subjects", x.subjects, {.doc = "Any of them has the role.", .required = true, .non_empty = true});
  v.field("role", x.role,
          {.doc = "The role's name, which is what decision rules refer to.", .required = true, .non_empty = true});
}

// Rules refer to the role, not to the binding.
bool declares_leaf(const RoleBinding& binding, std::string_view leaf) {
  return leaf == binding.role;
}

bool is_subject(const evidence::Identity& identity, const Subject& subject) {
  if (subject.kind == SubjectKind::user) return identity.user == subject.name;
  return std::find(identity.groups.begin(), identity.groups.end(), subject.name) != identity.groups.end();
}

class AuthzFamily final : public IndependentFamily<std::vector<Subject>> {
  SignalResult judge(const std::vector<Subject>& subjects, EvalContext& context) const override {
    const evidence::Identity& identity = context.evidence.identity;
    if (!identity.verified || identity.user.empty()) {
      return SignalResult::unknown(Reason::identity_missing, "no verified identity came with the request");
    }
    const auto subject = std::find_if(subjects.begin(), subjects.end(),
                                      [&](const Subject& candidate) { return is_subject(identity, candidate); });
    if (subject == subjects.end()) return {};
    SignalResult result = SignalResult::matched();
    result.findings.push_back({.what = (subject->kind == SubjectKind::user ? "User " : "Group ") + subject->name});
    return result;
  }
};

struct Role {
  Leaf leaf;
  std::vector<Subject> subjects;
};

std::unique_ptr<Family> compile(const std::vector<RoleBinding>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Role> roles;
  for (const Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const RoleBinding& binding = rules[leaf.rule];
    if (binding.role.empty() || binding.subjects.empty()) continue;  // reported by the loader
    auto role = std::find_if(roles.begin(), roles.end(), [&](const Role& r) { return r.leaf.name == binding.role; });
    if (role == roles.end()) {
      role = roles.insert(roles.end(), Role{.leaf = {binding.role, leaf.rule, leaf.security}, .subjects = {}});
    }
    role->leaf.security = role->leaf.security || leaf.security;
    role->subjects.insert(role->subjects.end(), binding.subjects.begin(), binding.subjects.end());
  }
  auto family = std::make_unique<AuthzFamily>();
  for (Role& role : roles) family->add(std::move(role.leaf), std::move(role.subjects));
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kAuthz = with_rules<RoleBinding, compile>({
    .key = "role_bindings",
    .leaf = "authz",
    .matched_key = "authz",
    .header = "authz",
    .doc = "Roles of the sender, granted to users and groups that a trusted proxy names.",
});

}  // namespace signalbox::signals
