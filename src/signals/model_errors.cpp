#include "signals/model_errors.h"

namespace signalbox::signals {

Reason reason_of(models::EmbedError::Kind kind) {
  using Kind = models::EmbedError::Kind;
  switch (kind) {
    case Kind::overloaded:
      return Reason::overloaded;
    case Kind::timeout:
      return Reason::timeout;
    case Kind::untrusted:
      return Reason::untrusted_model;
    case Kind::cancelled:
    case Kind::failed:
      return Reason::error;
  }
  return Reason::error;
}

}  // namespace signalbox::signals
