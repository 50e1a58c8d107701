#include "learn/cross_validate.h"

#include <algorithm>
#include <limits>

#include "learn/fit.h"
#include "learn/head_loss.h"
#include "learn/parallel.h"

namespace signalbox::learn {
namespace {

constexpr std::size_t kRises = 2;  // of the loss in a row, after which no larger C is tried

// One fold: what is held out, what the head is fitted to, and where the fit of the next C begins.
struct Fold {
  Examples fitted, held_out, stop_by;
  std::vector<std::size_t> rows, outside_rows;  // that it answers
  std::vector<double> parameters;
};

void put_rows(const tensor::Matrix& from, const std::vector<std::size_t>& rows, tensor::Matrix& to) {
  const auto columns = static_cast<std::size_t>(to.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(from.values.begin() + static_cast<std::ptrdiff_t>(i * columns), columns,
                to.values.begin() + static_cast<std::ptrdiff_t>(rows[i] * columns));
  }
}

tensor::Matrix take_rows(const tensor::Matrix& from, const std::vector<std::size_t>& rows) {
  tensor::Matrix to{static_cast<std::int64_t>(rows.size()), from.columns, {}};
  const auto columns = static_cast<std::size_t>(from.columns);
  for (const std::size_t row : rows) {
    const auto begin = from.values.begin() + static_cast<std::ptrdiff_t>(row * columns);
    to.values.insert(to.values.end(), begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  return to;
}

tensor::Matrix zeros(std::int64_t rows, std::int64_t columns) {
  return {rows, columns, std::vector<float>(static_cast<std::size_t>(rows * columns))};
}

double accuracy_of(const tensor::Matrix& logits, std::span<const std::uint32_t> labels) {
  const auto classes = static_cast<std::size_t>(logits.columns);
  std::size_t right = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto own = std::span(logits.values).subspan(row * classes, classes);
    if (static_cast<std::size_t>(std::ranges::max_element(own) - own.begin()) == labels[row]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

class Folds {
 public:
  Folds(const Examples& examples, std::span<const std::uint32_t> folds_of, const tensor::Matrix& outsiders,
        const NetworkShape& shape, const CrossValidation& options)
      : examples_(examples), outsiders_(outsiders), shape_(shape), options_(options) {
    for (std::uint32_t i = 0; i < options.folds; ++i) folds_.push_back(make_fold(i, folds_of));
  }

  FoldAnswers run() {
    FoldAnswers best;
    double lowest = std::numeric_limits<double>::infinity();
    std::size_t rises = 0;
    std::vector<TriedStrength> tried;
    for (const double c : options_.strengths) {
      FoldAnswers answers = answer(c);
      const TriedStrength result{c, log_loss(answers.logits, examples_.labels),
                                 accuracy_of(answers.logits, examples_.labels)};
      tried.push_back(result);
      if (options_.progress) options_.progress(tried.size(), options_.strengths.size());
      if (result.log_loss < lowest) {
        lowest = result.log_loss;
        best = std::move(answers);
        rises = 0;
      } else if (++rises == kRises) {
        break;
      }
    }
    best.tried = std::move(tried);
    return best;
  }

 private:
  Fold make_fold(std::uint32_t number, std::span<const std::uint32_t> folds_of) const {
    // An mlp is stopped by the fold after the one that it answers, so that what it answers has decided nothing.
    const bool stops = shape_.hidden > 0;
    const std::uint32_t stop = (number + 1) % options_.folds;
    Fold fold;
    fold.held_out = rows_where(examples_, folds_of, [&](std::uint32_t of) { return of == number; });
    fold.fitted =
        rows_where(examples_, folds_of, [&](std::uint32_t of) { return of != number && !(stops && of == stop); });
    if (stops) fold.stop_by = rows_where(examples_, folds_of, [&](std::uint32_t of) { return of == stop; });
    for (std::size_t row = 0; row < folds_of.size(); ++row) {
      if (folds_of[row] == number) fold.rows.push_back(row);
    }
    for (std::size_t row = number; row < static_cast<std::size_t>(outsiders_.rows); row += options_.folds) {
      fold.outside_rows.push_back(row);
    }
    fold.parameters = first_parameters(shape_, options_.seed + number);
    return fold;
  }

  FoldAnswers answer(double c) {
    FoldAnswers answers;
    answers.c = c;
    answers.logits = zeros(static_cast<std::int64_t>(examples_.size()), shape_.classes);
    answers.outside = zeros(outsiders_.rows, shape_.classes);
    parallel_for(folds_.size(), options_.threads, [&](std::size_t i) {
      Fold& fold = folds_[i];
      FitOptions how;
      how.c = c;
      how.class_weights = class_weights(fold.fitted, options_.balanced);
      if (shape_.hidden > 0) how.stop_by = &fold.stop_by;
      std::vector<double> start = fold.parameters;
      std::vector<double> parameters = fit(fold.fitted, shape_, std::move(start), how);
      const Network network(shape_, parameters);
      put_rows(network.logits_of(fold.held_out.vectors), fold.rows, answers.logits);
      if (!fold.outside_rows.empty()) {
        put_rows(network.logits_of(take_rows(outsiders_, fold.outside_rows)), fold.outside_rows, answers.outside);
      }
      // The minimum for one C is near that for the next; an mlp has many minima and begins anew.
      if (shape_.hidden == 0) fold.parameters = std::move(parameters);
    });
    return answers;
  }

  const Examples& examples_;
  const tensor::Matrix& outsiders_;
  const NetworkShape& shape_;
  const CrossValidation& options_;
  std::vector<Fold> folds_;
};

}  // namespace

FoldAnswers cross_validate(const Examples& examples, std::span<const std::uint32_t> folds_of,
                           const tensor::Matrix& outsiders, const NetworkShape& shape, const CrossValidation& options) {
  return Folds(examples, folds_of, outsiders, shape, options).run();
}

}  // namespace signalbox::learn
