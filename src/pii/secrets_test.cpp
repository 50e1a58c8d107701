#include "pii/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "pii/pii.h"
#include "pii/secret_rules.h"

namespace signalbox::pii {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> secrets_in(const std::string& text) {
  Options options;
  options.types = TypeSet().set(index(Type::secret));
  std::vector<std::string> all;
  for (const Span& span : find(text, options).spans) {
    all.push_back(std::string(span.validator) + " " + text.substr(span.begin, span.end - span.begin));
  }
  return all;
}

// A random body that the rule's alphabet and length allow.
std::string body_of(const SecretRule& rule) {
  std::string letters;
  for (int c = 33; c < 127; ++c) {
    const char letter = static_cast<char>(c);
    if (in_alphabet(rule.alphabet, letter) && letter != '.' && letter != '=' && letter != '-') letters += letter;
  }
  std::mt19937 random(7);
  std::string body(rule.infix);
  while (body.size() < rule.shortest) body += letters[random() % letters.size()];
  return body;
}

TEST(Secrets, EveryPrefixOfTheTableIsFound) {
  for (const SecretRule& rule : secret_rules()) {
    if (rule.check == Check::jwt || rule.prefix.ends_with(' ')) continue;
    const std::string secret = std::string(rule.prefix) + body_of(rule);
    EXPECT_THAT(secrets_in("use " + secret + ", then"), ElementsAre(std::string(rule.kind) + " " + secret)) << secret;
    EXPECT_THAT(secrets_in("use q" + secret + ", then"), IsEmpty()) << secret;
  }
}

// Was taken for a placeholder: four letters that stand together in a long key by chance.
TEST(Secrets, ALongKeyThatHoldsAShortWordByChanceIsFound) {
  const auto key = [](const std::string& word) {
    return "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7q" + word +
           "Zk3Vt1pQm8sWc2dLr\n-----END PRIVATE KEY-----";
  };
  for (const std::string word : {"your", "FaKe", "xXxX", "Dummy"}) EXPECT_EQ(secrets_in(key(word)).size(), 1U) << word;
  EXPECT_THAT(secrets_in(key("/YOUR_KEY_HERE/")), IsEmpty());
  EXPECT_THAT(secrets_in("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), IsEmpty());
}

TEST(Secrets, AGithubTokensChecksumMakesItSure) {
  EXPECT_TRUE(passes(Check::github, "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"));
  EXPECT_FALSE(passes(Check::github, "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
  const auto spans = find("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", {}).spans;
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].score, 1);
}

TEST(Secrets, TokensPrivateKeysAndPasswords) {
  const std::string jwt =
      "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk";
  EXPECT_THAT(secrets_in("token " + jwt), ElementsAre("jwt " + jwt));
  const std::string pem =
      "-----BEGIN RSA PRIVATE KEY-----\nMIICXAIBAAKBgQCqGKukO1De7zhZj6EVZaLgh45aSrwNlx4EqR\n-----END RSA PRIVATE "
      "KEY-----";
  EXPECT_THAT(secrets_in("key:\n" + pem + "\n"), ElementsAre("private_key " + pem));
  EXPECT_THAT(secrets_in("password = \"Tr0ub4dor&3\""), ElementsAre("password Tr0ub4dor&3"));
  EXPECT_THAT(secrets_in("DB_PASSWORD: hunter22!"), ElementsAre("password hunter22!"));
  EXPECT_THAT(secrets_in("{\"client_secret\": \"f2a1ed52710d4533bde25be6da03b6e3\"}"),
              ElementsAre("assigned_key f2a1ed52710d4533bde25be6da03b6e3"));
  EXPECT_THAT(secrets_in("postgres://app:s3cr3t@db.example.org/x"), ElementsAre("url_password s3cr3t"));
  EXPECT_THAT(secrets_in("Authorization: Bearer mF_9.B5f-4.1JqMdK2pQz8"),
              ElementsAre("bearer_token mF_9.B5f-4.1JqMdK2pQz8"));
}

TEST(Secrets, WhatStandsForASecretIsNone) {
  for (const char* text : {
           "AKIAIOSFODNN7EXAMPLE",
           "password: required",
           "password = os.environ['DB_PASSWORD']",
           "token: <your-token>",
           "api_key = ${API_KEY}",
           "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
           "token_count: 4096",
           "pwd: /home/build2/work",
           "-----BEGIN PUBLIC KEY-----\nMIICXAIBAAKBgQCqGKukO1De7zhZj6EVZaLgh45aSrwNlx4EqR\n-----END PUBLIC KEY-----",
           "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
           "postgres://user:password@localhost/db",
           "eyJub3QiOiJhIGp3dCJ9.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbb",
       }) {
    EXPECT_THAT(secrets_in(text), IsEmpty()) << text;
  }
}

TEST(Secrets, KindsAreKnownByName) {
  EXPECT_THAT(secret_kinds(),
              testing::IsSupersetOf({"github_token", "jwt", "password", "private_key", "url_password"}));
  EXPECT_TRUE(std::is_sorted(secret_kinds().begin(), secret_kinds().end()));
}

}  // namespace
}  // namespace signalbox::pii
