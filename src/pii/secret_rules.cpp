// Formats as the providers document them; compared with the plugins of detect-secrets 1.5.0 (Apache-2.0) and the rule
// names of gitleaks 8 (MIT) where these have the provider. Nothing is copied from either. docs/pii.md lists the kinds.
#include "pii/secret_rules.h"

#include <algorithm>
#include <array>

namespace signalbox::pii {
namespace {

using enum Alphabet;

constexpr auto kRules = std::to_array<SecretRule>({
    // Clouds
    {"aws_access_key", "AKIA", base32, 16, 16, 3},
    {"aws_access_key", "ASIA", base32, 16, 16, 3},
    {"aws_access_key", "ABIA", base32, 16, 16, 3},
    {"aws_access_key", "ACCA", base32, 16, 16, 3},
    {"google_api_key", "AIza", base64url, 35, 35, 3},
    {"google_oauth_secret", "GOCSPX-", base64url, 28, 28, 3},
    {"google_oauth_token", "ya29.", base64url, 30, 1024, 3},
    {"azure_storage_key", "AccountKey=", base64, 86, 88, 4},
    {"alibaba_access_key", "LTAI", alnum, 20, 20, 3},
    {"tencent_secret_id", "AKID", alnum, 32, 32, 3},
    {"digitalocean_token", "dop_v1_", hex, 64, 64, 3},
    {"digitalocean_token", "doo_v1_", hex, 64, 64, 3},
    {"digitalocean_token", "dor_v1_", hex, 64, 64, 3},
    {"heroku_token", "HRKU-", base64url, 36, 64, 3},
    {"databricks_token", "dapi", hex, 32, 32, 3},
    {"planetscale_token", "pscale_tkn_", dotted, 32, 64, 3},
    {"planetscale_token", "pscale_pw_", dotted, 32, 64, 3},
    {"supabase_token", "sbp_", hex, 40, 40, 3},
    {"vercel_token", "vcp_", base64url, 24, 80, 3},
    {"flyio_token", "FlyV1 fm2_", base64, 100, 1024, 4},
    // Source code, packages, infrastructure
    {"github_token", "ghp_", alnum, 36, 36, 3, {}, Check::github},
    {"github_token", "gho_", alnum, 36, 36, 3, {}, Check::github},
    {"github_token", "ghu_", alnum, 36, 36, 3, {}, Check::github},
    {"github_token", "ghs_", alnum, 36, 36, 3, {}, Check::github},
    {"github_token", "ghr_", alnum, 36, 76, 3},
    {"github_token", "github_pat_", base64url, 82, 82, 3},
    {"gitlab_token", "glpat-", dotted, 20, 64, 3},
    {"gitlab_token", "gldt-", base64url, 20, 50, 3},
    {"gitlab_token", "glrt-", dotted, 20, 64, 3},
    {"gitlab_token", "glcbt-", base64url, 20, 60, 3},
    {"gitlab_token", "glptt-", base64url, 40, 40, 3},
    {"gitlab_token", "gloas-", base64url, 64, 64, 3},
    {"npm_token", "npm_", alnum, 36, 36, 3, {}, Check::github},
    {"pypi_token", "pypi-AgEIcHlwaS5vcmc", base64url, 50, 1000, 3},
    {"pypi_token", "pypi-AgENdGVzdC5weXBpLm9yZw", base64url, 50, 1000, 3},
    {"rubygems_token", "rubygems_", hex, 48, 48, 3},
    {"crates_io_token", "cio", alnum, 32, 32, 3.5},
    {"docker_token", "dckr_pat_", base64url, 27, 27, 3},
    {"hashicorp_vault_token", "hvs.", base64url, 24, 120, 3.5},
    {"hashicorp_vault_token", "hvb.", base64url, 138, 300, 3.5},
    {"pulumi_token", "pul-", hex, 40, 40, 3},
    {"postman_key", "PMAK-", base64url, 59, 59, 3},
    {"age_secret_key", "AGE-SECRET-KEY-1", upper, 58, 58, 3},
    {"onepassword_token", "ops_eyJ", base64, 250, 4096, 4},
    {"doppler_token", "dp.pt.", alnum, 43, 43, 3},
    {"atlassian_token", "ATATT3", dotted, 150, 200, 3.5},
    {"linear_key", "lin_api_", alnum, 40, 40, 3},
    {"figma_token", "figd_", base64url, 40, 46, 3},
    {"notion_token", "ntn_", alnum, 46, 46, 3},
    {"readme_key", "rdme_", alnum, 70, 70, 3},
    {"sourcegraph_token", "sgp_", base64url, 40, 64, 3},
    // Models
    {"openai_key", "sk-", base64url, 40, 220, 3, "T3BlbkFJ"},
    {"anthropic_key", "sk-ant-", base64url, 80, 120, 3},
    {"openrouter_key", "sk-or-v1-", hex, 64, 64, 3},
    {"huggingface_token", "hf_", alnum, 34, 40, 3},
    {"groq_key", "gsk_", alnum, 52, 52, 3},
    {"xai_key", "xai-", alnum, 80, 80, 3},
    {"perplexity_key", "pplx-", alnum, 48, 48, 3},
    {"replicate_token", "r8_", alnum, 37, 40, 3},
    // Messages, mail, monitoring
    {"slack_token", "xoxb-", base64url, 20, 100, 3},
    {"slack_token", "xoxp-", base64url, 20, 100, 3},
    {"slack_token", "xoxa-", base64url, 20, 100, 3},
    {"slack_token", "xoxs-", base64url, 20, 100, 3},
    {"slack_token", "xapp-", base64url, 20, 160, 3},
    {"slack_webhook", "hooks.slack.com/services/T", base64, 30, 60, 3},
    {"sendgrid_key", "SG.", dotted, 66, 66, 3},
    {"sendinblue_key", "xkeysib-", base64url, 81, 81, 3},
    {"mailgun_key", "key-", hex, 32, 32, 3},
    {"twilio_key", "SK", hex, 32, 32, 3},
    {"newrelic_key", "NRAK-", upper, 27, 27, 3},
    {"grafana_token", "glsa_", base64url, 41, 41, 3},
    {"grafana_token", "glc_eyJ", base64, 32, 400, 3},
    {"sentry_token", "sntryu_", hex, 64, 64, 3},
    {"sentry_token", "sntrys_eyJ", dotted, 60, 500, 3},
    // Payments and shops
    {"stripe_key", "sk_live_", alnum, 16, 247, 3},
    {"stripe_key", "rk_live_", alnum, 16, 247, 3},
    {"stripe_key", "sk_test_", alnum, 16, 247, 3},
    {"stripe_webhook_secret", "whsec_", base64, 32, 64, 3},
    {"shopify_token", "shpat_", hex, 32, 32, 3},
    {"shopify_token", "shpca_", hex, 32, 32, 3},
    {"shopify_token", "shppa_", hex, 32, 32, 3},
    {"shopify_token", "shpss_", hex, 32, 32, 3},
    {"square_token", "sq0atp-", base64url, 22, 60, 3},
    {"square_token", "sq0csp-", base64url, 43, 43, 3},
    // Anyone's
    {"jwt", "eyJ", Alphabet::jwt, 40, 8192, 3.5, ".", Check::jwt},
    {"bearer_token", "Bearer ", dotted, 20, 4096, 3.5},
    {"bearer_token", "bearer ", dotted, 20, 4096, 3.5},
});

}  // namespace

std::span<const SecretRule> secret_rules() {
  return kRules;
}

}  // namespace signalbox::pii
