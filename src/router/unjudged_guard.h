// Content that goes upstream unread: does a recipe that judges pictures also say what happens when one cannot be
// judged?
//
// Under v1 a recipe with rules over pictures and no decision that reads `unjudged` refuses such a request (422); under
// v0.3 a warning names the recipe. Pure functions; any thread.
#pragma once

#include <string>

#include "decision/program.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"

namespace signalbox::router {

// Some decision can reach a signal that reads pictures / an `unjudged` signal.
bool reads_pictures(const decision::Program& program);
bool reads_unjudged(const decision::Program& program);

// Why the request holds content that was not judged ("remote_url", "decode_failed"…), or "". Reads the pictures.
std::string unjudged_reason(const evidence::Evidence& evidence, evidence::ImageTexts& images);

}  // namespace signalbox::router
