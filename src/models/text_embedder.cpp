#include "models/text_embedder.h"

namespace signalbox::models {

std::string_view to_string(Trust trust) {
  switch (trust) {
    case Trust::proven:
      return "proven";
    case Trust::unproven:
      return "unproven";
    case Trust::untrusted:
      return "untrusted";
  }
  return "untrusted";
}

std::string_view to_string(EmbedError::Kind kind) {
  switch (kind) {
    case EmbedError::Kind::overloaded:
      return "overloaded";
    case EmbedError::Kind::timeout:
      return "timeout";
    case EmbedError::Kind::cancelled:
      return "cancelled";
    case EmbedError::Kind::untrusted:
      return "untrusted";
    case EmbedError::Kind::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace signalbox::models
