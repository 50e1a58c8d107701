// The fp32 multiply-add peak of one core, measured: what shares of peak are shares of.
#pragma once

namespace signalbox::bench {

// GFLOP/s of independent fused multiply-adds on registers, with the widest vectors this processor has; the best of
// several runs.
double peak_gflops();

}  // namespace signalbox::bench
