// GET / and /explain, /explain.js, /explain.css: the explain page, from the files in the binary.
#include "api/answers.h"
#include "web/assets.h"

namespace signalbox::api {

gateway::HttpResponse get_page(const Call& call) {
  const std::string_view path = call.request.path == "/" ? "/explain" : std::string_view(call.request.path);
  const web::Asset* asset = web::find_asset(path);
  if (asset == nullptr) return error_answer(call, 404, "NOT_FOUND", "there is no such file");
  return {200, {{"Content-Type", std::string(asset->content_type)}}, std::string(asset->body)};
}

}  // namespace signalbox::api
