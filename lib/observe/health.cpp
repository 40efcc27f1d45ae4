#include "observe/health.hpp"
