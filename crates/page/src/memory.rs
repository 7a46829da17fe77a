//! The memory of an instance. It only grows: an instance lives as long as its image, and what is asked of it afterwards is
//! nearly nothing. What was taken last is given back, so that a text that is made and thrown away costs nothing.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE: usize = 1 << 16;

struct Stack {
    /// Where free memory begins; 0: where the compiler's own data ends.
    top: AtomicUsize,
}

#[global_allocator]
static MEMORY: Stack = Stack { top: AtomicUsize::new(0) };

#[expect(unsafe_code, reason = "an allocator is made of pointers")]
mod allocator {
    use super::{GlobalAlloc, Layout, PAGE, Relaxed, Stack, memory_grow, memory_size};

    unsafe extern "C" {
        static __heap_base: u8;
    }

    // SAFETY: a module without threads; every piece begins where all before it have ended, aligned as it must be, and within
    // the memory that there is.
    unsafe impl GlobalAlloc for Stack {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let top = match self.top.load(Relaxed) {
                0 => (&raw const __heap_base).addr(),
                top => top,
            };
            // What is aligned at all may hold doubles.
            let align = if layout.align() == 1 { 1 } else { layout.align().max(8) };
            let Some(start) = top.checked_next_multiple_of(align) else { return core::ptr::null_mut() };
            let Some(end) = start.checked_add(layout.size()) else { return core::ptr::null_mut() };
            let missing = end.saturating_sub(memory_size(0) * PAGE);
            if missing > 0 && memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
                return core::ptr::null_mut();
            }
            self.top.store(end, Relaxed);
            core::ptr::with_exposed_provenance_mut(start)
        }

        unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
            if piece.addr() + layout.size() == self.top.load(Relaxed) {
                self.top.store(piece.addr(), Relaxed);
            }
        }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
