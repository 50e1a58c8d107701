// A signal: one independent judgement on the evidence of a request.
//
// Signals come in families: all rules of one type in one recipe, compiled together so that they can share work (one
// pattern pass for all keyword rules, one encoder pass for all heads). A Family is immutable after compile and shared
// by all threads; what belongs to one request lives in EvalContext.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/document_reader.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"

namespace signalbox::models {
struct ModelInfo;
}  // namespace signalbox::models

namespace signalbox::signals {

// Three-valued: an error, a timeout or a missing model is unknown, never "no match".
enum class Truth : std::uint8_t { no_match, match, unknown };
std::string_view to_string(Truth truth);

// Why a result is unknown. to_string gives the word used in traces, headers and metrics.
enum class Reason : std::uint8_t {
  none,
  model_missing,     // no model for this signal is configured or installed
  untrusted_model,   // its goldens or its reversal check failed
  not_judged,        // the evidence could not be read (unjudged image…)
  identity_missing,  // authz without a verified identity
  timeout,
  overloaded,  // the queue of a model or reader was full
  error,
};
std::string_view to_string(Reason reason);

// What a piece of text was taken from.
enum class Origin : std::uint8_t { message, call, image, document };

// What a result rests on. Offsets are bytes in the text of messages[message].parts[part], in the arguments of a tool
// call, or in what was read of an image or of a page of a document.
struct Finding {
  std::string
      what;  // the rule's keyword or pattern, a tool's name, a path, an image's reason: configuration, not content
  std::uint32_t message = 0;
  std::uint32_t part = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool located = false;  // message, part, begin, end are meaningful
  // call: `part` is the index of the call in the message; image, document: of it in the request.
  Origin origin = Origin::message;
  std::uint32_t page = 0;              // of a document, from 1; 0: its name and properties
  std::vector<evidence::Box> boxes{};  // of an image: the lines that hold it
};

struct SignalResult {
  Truth truth = Truth::no_match;
  // In [0,1]. The number VSR decides on (1.0 for the eight types that VSR writes no confidence for); 0 without a match
  // unless the type says otherwise.
  double confidence = 0;
  std::optional<double> calibrated;                    // probability from a calibration, where there is one
  std::optional<double> value;                         // raw value: a count, a density, a score
  std::vector<std::pair<std::string, double>> values;  // named sub-values, key as in VSR ("severity", a label…)
  std::vector<Finding> findings;                       // bounded by the family
  bool partial = false;                                // a match, and there may be more of it than the findings say
  Reason reason = Reason::none;                        // set when truth is unknown
  std::string detail;                                  // one phrase for people; no user content
  std::chrono::nanoseconds time{0};                    // of the pass that produced it (shared by the family's leaves)

  static SignalResult matched(double confidence = 1.0);
  static SignalResult unknown(Reason reason, std::string detail = {});
};
inline constexpr std::size_t kMaxFindings = 32;

// What evaluating a leaf costs for this request, cheapest first. The planner runs the classes in this order.
enum class Cost : std::uint8_t {
  instant,  // counts and maps that exist already
  scan,     // one linear pass over text
  tokens,   // a pass of a model's tokenizer: linear, but not for an I/O thread
  image,    // decode and read pictures (100 ms)
  model,    // an encoder pass
  remote,   // another process or machine
};

class TextScopes;
class RequestEmbeddings;
class RequestClassifications;
class RequestImages;

// One request while its signals are evaluated. Belongs to one decision; families may be called from several threads.
struct EvalContext {
  const evidence::Evidence& evidence;
  evidence::ImageTexts& images;
  TextScopes& scopes;
  std::chrono::steady_clock::time_point deadline;
  RequestEmbeddings* embeddings = nullptr;            // null: every family asks models by itself
  RequestClassifications* classifications = nullptr;  // likewise
  RequestImages* image_vectors = nullptr;             // null: no picture can be compared
  evidence::DocumentTexts* documents = nullptr;       // null: no document can be read
};

// A name that decision rules can use: usually the rule's own, `rule:hard` for complexity, the role for authz.
struct Leaf {
  std::string name;
  std::size_t rule = 0;   // index into the configuration's list
  bool security = false;  // unknown counts as a match unless a rule says otherwise
  bool metric = false;    // a number for projections, no rule of the configuration: it never matches
};

class Family {
 public:
  virtual ~Family() = default;
  virtual const std::vector<Leaf>& leaves() const = 0;
  // Cost of this leaf for this request (a text rule over pictures is cheap when there is no picture).
  virtual Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const = 0;
  // Coupled families are computed whole or not at all (soft matching, top_k, partitions).
  virtual bool coupled() const { return false; }
  // Why this leaf is unknown (model_missing) for every request that it would have to judge; empty: it is not.
  virtual std::string_view missing_model(std::size_t) const { return {}; }
  // The model that the leaf's value is measured with, whose fingerprint a calibration of the value belongs to. Null:
  // none.
  virtual const models::ModelInfo* measured_by(std::size_t) const { return nullptr; }
  // True when the leaf reads what stands in pictures, beyond what its cost tells.
  virtual bool reads_pictures(std::size_t) const { return false; }
  // True when the leaf looks at pictures themselves, by a model.
  virtual bool compares_pictures(std::size_t) const { return false; }
  // Fills results[leaf] for every wanted leaf; results.size() == leaves().size(). Does not throw: a failure is an
  // unknown result with its reason.
  virtual void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                        std::span<SignalResult> results) const = 0;
  // What the type lets through of its matches, once partitions have had their say. Called after each evaluate, with
  // the results of all leaves; only coupled families may change any.
  virtual void after_partitions(std::span<SignalResult>) const {}
};

}  // namespace signalbox::signals
