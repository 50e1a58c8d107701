// Hard eligibility: may a model take this request at all? Asked before selection, so that no algorithm can choose one
// that must fail.
//
// A model is out only for what its card states: a context window that the request does not fit into, tools or pictures
// that it does not take. A card that does not say is eligible. Whether a list of capabilities says something about
// tools (or pictures) depends on its author: it does once any card of the configuration names them, since then the
// author tells models apart by it.
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "router/routing_spec.h"

namespace signalbox::router {

// What a card states. Absent: it says nothing.
struct Abilities {
  std::int64_t context_window = 0;  // tokens; 0: not stated
  std::optional<bool> tools, pictures;
};

// By the order of the cards.
std::vector<Abilities> abilities_of(const std::vector<ModelCardSpec>& cards);

// What one request needs; counts its tokens only when somebody's window makes it matter.
class Needs {
 public:
  Needs(const evidence::Evidence& evidence, std::int64_t max_tokens) : evidence_(evidence), max_tokens_(max_tokens) {}
  // Why a model with these abilities cannot take the request; "" when it can.
  std::string obstacle(const Abilities& abilities);

 private:
  bool surely_fits(std::int64_t window) const;
  std::int64_t tokens();

  const evidence::Evidence& evidence_;
  std::int64_t max_tokens_;
  std::optional<std::int64_t> tokens_;
};

}  // namespace signalbox::router
