#include "protocol/splice.h"
