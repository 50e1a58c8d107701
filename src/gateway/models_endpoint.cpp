#include "gateway/models_endpoint.h"

#include <string>
#include <vector>

#include "protocol/response.h"

namespace signalbox::gateway {

namespace {

constexpr std::string_view kPath = "/v1/models";

// "%2F" in a model's name; invalid escapes stay as they are.
std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

using Filter = std::function<bool(std::string_view)>;

// Could a request to this recipe be answered by a model that passes?
bool leads_somewhere(const router::Snapshot& snapshot, const router::Recipe& recipe, const Filter& may_use) {
  if (!may_use) return true;
  if (snapshot.default_model && may_use(snapshot.models[*snapshot.default_model].name)) return true;
  for (const router::RecipeDecision& decision : recipe.decisions) {
    for (const router::Candidate& candidate : decision.candidates) {
      if (may_use(candidate.name)) return true;
    }
  }
  return false;
}

std::vector<protocol::ModelCard> cards_of(const router::Snapshot& snapshot, const Filter& may_use) {
  std::vector<protocol::ModelCard> cards;
  for (const auto& [name, recipe] : snapshot.virtual_names) {
    if (!leads_somewhere(snapshot, snapshot.recipes[recipe], may_use)) continue;
    protocol::ModelCard card;
    card.id = name;
    card.owned_by = "signalbox";
    card.description = snapshot.recipes[recipe].description;
    card.is_virtual = true;
    card.default_route = recipe == 0;
    card.recipe = snapshot.recipes[recipe].name;
    cards.push_back(card);
  }
  if (!snapshot.spec->global.router.include_config_models_in_list) return cards;
  for (const router::Model& model : snapshot.models) {
    if (may_use && !may_use(model.name)) continue;
    protocol::ModelCard card;
    card.id = model.name;
    card.owned_by = "upstream-endpoint";
    card.description = model.description;
    card.selectable = !model.backends.empty();
    cards.push_back(card);
  }
  return cards;
}

}  // namespace

bool is_models_path(std::string_view path) {
  return path == kPath || (path.starts_with(kPath) && path.size() > kPath.size() + 1 && path[kPath.size()] == '/');
}

HttpResponse models_response(const router::Snapshot& snapshot, std::string_view path, const Filter& may_use) {
  const std::vector<protocol::ModelCard> cards = cards_of(snapshot, may_use);
  if (path == kPath) return json_response(200, protocol::model_list_json(cards));
  const std::string id = percent_decoded(path.substr(kPath.size() + 1));
  for (const protocol::ModelCard& card : cards) {
    if (card.id == id) return json_response(200, protocol::model_json(card));
  }
  return error_response(404, "invalid_request_error", "model_not_found", "no such model");
}

}  // namespace signalbox::gateway
