// For tests: keys and certificates made on the spot, and PEM files of them in a folder that goes with its owner.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace signalbox::gateway::testing {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Deleter<X509_free>>;
using CtxPtr = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Deleter<SSL_free>>;

// A self-signed certificate for DNS:localhost, of this common name; ends `ends_in` seconds from now.
inline CertPtr make_certificate(EVP_PKEY* key, const std::string& name = "test", long ends_in = 3600) {
  CertPtr cert(X509_new());
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -7200);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), ends_in);
  X509_set_pubkey(cert.get(), key);
  X509_NAME* subject = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(cert.get(), subject);
  X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(cert.get(), san, -1);
  X509_EXTENSION_free(san);
  X509_sign(cert.get(), key, EVP_sha256());
  return cert;
}

struct Pair {
  explicit Pair(const std::string& name, long ends_in = 3600)
      : key(EVP_EC_gen("P-256")), cert(make_certificate(key.get(), name, ends_in)) {}
  KeyPtr key;
  CertPtr cert;
};

class PemFolder {
 public:
  PemFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "signalbox-pem-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~PemFolder() { std::filesystem::remove_all(path_); }
  PemFolder(const PemFolder&) = delete;
  PemFolder& operator=(const PemFolder&) = delete;

  std::string path(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  std::string write(const std::string& name, const CertPtr& cert) const {
    return write_with(name, [&](FILE* file) { PEM_write_X509(file, cert.get()); });
  }
  std::string write(const std::string& name, const KeyPtr& key, const char* passphrase = nullptr) const {
    return write_with(name, [&](FILE* file) {
      PEM_write_PKCS8PrivateKey(file, key.get(), passphrase != nullptr ? EVP_aes_256_cbc() : nullptr, passphrase,
                                passphrase != nullptr ? static_cast<int>(std::strlen(passphrase)) : 0, nullptr,
                                nullptr);
    });
  }

 private:
  template <class Writer>
  std::string write_with(const std::string& name, Writer writer) const {
    FILE* file = std::fopen(path(name).c_str(), "w");
    writer(file);
    std::fclose(file);
    return path(name);
  }
  std::filesystem::path path_;
};

}  // namespace signalbox::gateway::testing
