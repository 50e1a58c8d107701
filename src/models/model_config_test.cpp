// Model folders as Hugging Face writes them, and what is said of those that are not.
#include "models/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models/text_encoder.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

struct FolderTest : testing::Test {
  explicit FolderTest(const char* golden = "tiny-bert") {
    std::string name = testing::TempDir() + "model_config_XXXXXX";
    folder = ::mkdtemp(name.data());
    fs::copy(fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / golden, folder, fs::copy_options::recursive);
  }
  ~FolderTest() override { fs::remove_all(folder); }

  void write(const char* file, const std::string& text) { std::ofstream(folder / file) << text; }
  // Replaces `from` in a file, which must be there.
  void change(const char* file, const std::string& from, const std::string& to) {
    std::ifstream in(folder / file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    ASSERT_NE(text.find(from), std::string::npos) << from;
    write(file, text.replace(text.find(from), from.size(), to));
  }
  std::string refusal() {
    try {
      const ModelFolder read = read_model_folder(folder);
      const tensor::SafetensorsFile weights(read.weights);
      make_text_encoder(read.encoder, weights);
    } catch (const tensor::LoadError& error) {
      return error.what();
    }
    return "";
  }
  fs::path folder;
};

TEST_F(FolderTest, ReadsWhatTheFilesSay) {
  const ModelFolder read = read_model_folder(folder);
  EXPECT_EQ(read.encoder.model_type, "bert");
  EXPECT_EQ(read.encoder.hidden, 64);
  EXPECT_EQ(read.encoder.layers, 3);
  EXPECT_EQ(read.encoder.positions, 300);
  EXPECT_FLOAT_EQ(read.encoder.epsilon, 1e-6F);
  EXPECT_EQ(read.sentence.pooling, Pooling::mean);
  EXPECT_EQ(read.sentence.max_tokens, 290);
  EXPECT_EQ(refusal(), "");
}

TEST_F(FolderTest, WithoutTheSentenceFilesThereIsMeanPoolingAndNoLimit) {
  fs::remove(folder / "modules.json");
  fs::remove(folder / "sentence_bert_config.json");
  const ModelFolder read = read_model_folder(folder);
  EXPECT_EQ(read.sentence.pooling, Pooling::mean);
  EXPECT_EQ(read.sentence.max_tokens, 0);
}

TEST_F(FolderTest, MissingFilesAreNamed) {
  fs::remove(folder / "tokenizer.json");
  EXPECT_THAT(refusal(), HasSubstr("has no tokenizer.json"));
  fs::remove(folder / "model.safetensors");
  EXPECT_THAT(refusal(), HasSubstr("has no model.safetensors"));
  write("model.onnx", "x");
  EXPECT_THAT(refusal(), HasSubstr("holds only ONNX"));
  fs::remove(folder / "model.onnx");
  write("pytorch_model.bin", "x");
  EXPECT_THAT(refusal(), HasSubstr("pytorch_model.bin, which can run code"));
  write("model.safetensors.index.json", "{}");
  EXPECT_THAT(refusal(), HasSubstr("split over several files"));
  fs::remove_all(folder);
  EXPECT_THAT(refusal(), HasSubstr("there is no such folder"));
}

TEST_F(FolderTest, ACutFileIsRefused) {
  fs::resize_file(folder / "model.safetensors", fs::file_size(folder / "model.safetensors") - 100);
  EXPECT_THAT(refusal(), HasSubstr("is the file cut off?"));
}

TEST_F(FolderTest, AMissingTensorIsNamed) {
  change("config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4");
  EXPECT_THAT(refusal(), HasSubstr("tensor \"encoder.layer.3.attention.self.query.weight\" is missing"));
}

TEST_F(FolderTest, ATensorTooManyIsNamed) {
  change("config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
  EXPECT_THAT(
      refusal(),
      HasSubstr("tensor \"encoder.layer.2.attention.output.LayerNorm.bias\" is not part of a bert model of 2 layers"));
}

TEST_F(FolderTest, AWrongShapeIsNamed) {
  change("config.json", "\"intermediate_size\": 160", "\"intermediate_size\": 128");
  EXPECT_THAT(refusal(), HasSubstr("has shape [160, 64], expected [128, 64]"));
}

TEST_F(FolderTest, TheLengthsItWasTrainedForAreSortedAndEachThereOnce) {
  EXPECT_TRUE(read_model_folder(folder).encoder.matryoshka_dimensions.empty());
  change("config.json", "{", "{\"matryoshka_dimensions\": [16, 64, 32, 16],");
  EXPECT_THAT(read_model_folder(folder).encoder.matryoshka_dimensions, testing::ElementsAre(64, 32, 16));
}

struct Odd {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};
class OddConfig : public FolderTest, public testing::WithParamInterface<Odd> {};
TEST_P(OddConfig, IsRefused) {
  change("config.json", GetParam().from, GetParam().to);
  EXPECT_THAT(refusal(), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Folder, OddConfig,
    testing::Values(
        Odd{"Architecture", "\"model_type\": \"bert\"", "\"model_type\": \"mamba\"",
            "\"model_type\" is \"mamba\", an architecture that Signalbox does not know; it knows bert"},
        Odd{"NoType", "\"model_type\": \"bert\",", "", "\"model_type\" is missing"},
        Odd{"Activation", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"swish\"", "\"hidden_act\" is \"swish\""},
        Odd{"Decoder", "\"is_decoder\": false", "\"is_decoder\": true", "this is no encoder"},
        Odd{"Heads", "\"num_attention_heads\": 2", "\"num_attention_heads\": 3", "does not divide hidden_size"},
        Odd{"NarrowHeads", "\"num_attention_heads\": 2", "\"num_attention_heads\": 8",
            "makes heads of 8 numbers; only multiples of 16"},
        Odd{"Text", "\"hidden_size\": 64", "\"hidden_size\": \"64\"", "\"hidden_size\" is not a whole number"},
        Odd{"Huge", "\"vocab_size\": 400", "\"vocab_size\": 400000000000",
            "\"vocab_size\" is not a whole number from 1 to"},
        Odd{"Shorter", "{", "{\"matryoshka_dimensions\": [32, 65],",
            "config.json: \"matryoshka_dimensions\" is not a list of whole numbers from 1 to 64"},
        Odd{"ShorterZero", "{", "{\"matryoshka_dimensions\": [0],", "\"matryoshka_dimensions\" is not a list of whole"},
        Odd{"ShorterHalf", "{", "{\"matryoshka_dimensions\": [31.5],", "\"matryoshka_dimensions\" is not a list of"},
        Odd{"ShorterBeyond64Bits", "{", "{\"matryoshka_dimensions\": [18446744073709551615],",
            "is not a list of whole"},
        Odd{"ShorterSingle", "{", "{\"matryoshka_dimensions\": 32,",
            "\"matryoshka_dimensions\" is not a list of whole"},
        Odd{"Positions", "\"is_decoder\": false", "\"position_embedding_type\": \"relative_key\"", "is not absolute"},
        Odd{"NoJson", "{", "", "is not a JSON file"}),
    [](const auto& info) { return std::string(info.param.name); });

struct OddDeberta : public FolderTest, public testing::WithParamInterface<Odd> {
  OddDeberta() : FolderTest("tiny-deberta-sequence") {}
};
TEST_P(OddDeberta, IsRefused) {
  change("config.json", GetParam().from, GetParam().to);
  EXPECT_THAT(refusal(), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Folder, OddDeberta,
    testing::Values(Odd{"Convolution", "{", "{\"conv_kernel_size\": 3,",
                        "\"conv_kernel_size\" asks for a convolution behind the first layer"},
                    Odd{"Embeddings", "{", "{\"embedding_size\": 16,", "\"embedding_size\" is not 32, the only size"},
                    Odd{"Pooler", "\"pooler_hidden_size\": 32", "\"pooler_hidden_size\": 64",
                        "\"pooler_hidden_size\" is not 32"},
                    Odd{"Part", "\"p2c\"", "\"p2p\"", "\"pos_att_type\" names \"p2p\"; known are c2p and p2c"},
                    Odd{"PartText", "\"pos_att_type\"", "\"pos_att_type\": \"p2c|q2q\", \"was\"", "names \"q2q\""},
                    Odd{"Norm", "\"layer_norm\"", "\"batch_norm\"", "\"norm_rel_ebd\" names \"batch_norm\""},
                    Odd{"Absolute", "\"relative_attention\": true", "\"relative_attention\": false",
                        "only models with relative attention"},
                    Odd{"Buckets", "\"max_relative_positions\": -1", "\"max_relative_positions\": 5",
                        "\"position_buckets\" is 8: too few, or more than 5"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(FolderTest, PoolingsThatAreNotSupportedAreRefused) {
  write("1_Pooling/config.json", R"({"pooling_mode_max_tokens": true})");
  EXPECT_THAT(refusal(), HasSubstr("\"pooling_mode_max_tokens\" is a pooling mode that is not supported"));
  write("1_Pooling/config.json", R"({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true})");
  EXPECT_THAT(refusal(), HasSubstr("is the second pooling mode"));
  write("1_Pooling/config.json", "{}");
  EXPECT_THAT(refusal(), HasSubstr("sets no pooling mode"));
  write("modules.json", R"([{"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}])");
  EXPECT_THAT(refusal(), HasSubstr("names the module Dense, which is not supported"));
}

}  // namespace
}  // namespace signalbox::models
