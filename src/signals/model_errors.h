// Why a model gave no vector, as a reason of an unknown result.
//
// Internal to signals/. Pure; any thread.
#pragma once

#include "models/text_embedder.h"
#include "signals/signal.h"

namespace signalbox::signals {

Reason reason_of(models::EmbedError::Kind kind);

}  // namespace signalbox::signals
