#include "workflow/failure.hpp"
