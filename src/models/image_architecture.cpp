#include "models/image_architecture.h"

#include <array>

#include "models/clip.h"
#include "models/efficientnet_lite.h"
#include "models/multi_modal_embed.h"
#include "models/siglip.h"

namespace signalbox::models {
namespace {

constexpr std::array<ImageArchitecture, 7> kArchitectures{{
    {"siglip", read_siglip_image_config, make_siglip_images, is_harmless_in_siglip_images, nullptr},
    {"siglip_vision_model", read_siglip_vision_model_config, make_siglip_images, is_harmless_in_siglip_images, nullptr},
    {"clip", read_clip_image_config, make_clip_images, is_harmless_in_clip_images, nullptr},
    {"clip_vision_model", read_clip_vision_model_config, make_clip_images, is_harmless_in_clip_images, nullptr},
    {kEfficientNetLite, read_efficientnet_lite_config, make_efficientnet_lite, is_harmless_in_efficientnet_lite,
     nullptr},
    {kMultiModalEmbedSmall, read_embed_small_images, make_embed_small_images, is_harmless_in_embed_small_images,
     siglip_preprocessor},
    {kMultiModalEmbedLarge, read_embed_large_images, make_embed_large_images, is_harmless_in_embed_large_images,
     siglip_preprocessor},
}};

}  // namespace

const ImageArchitecture* find_image_architecture(std::string_view model_type) {
  for (const ImageArchitecture& architecture : kArchitectures) {
    if (architecture.model_type == model_type) return &architecture;
  }
  return nullptr;
}

std::string known_image_architectures() {
  std::string names;
  for (const ImageArchitecture& architecture : kArchitectures) {
    if (!names.empty()) names += ", ";
    names += architecture.model_type;
  }
  return names;
}

}  // namespace signalbox::models
