/* Makes the disk of one program slow or broken; the dynamic linker loads this into the program. Whenever the program asks
   that a file be kept, it waits first, and is refused now and then, as the two numbers of eight bytes say that the file
   holds which DISK_FILE names: microseconds to wait, and after how many such calls one fails (0: none). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct answers {
    int64_t wait_microseconds, fails_every;
};

static volatile const struct answers *answers;
static atomic_long calls;

__attribute__((constructor)) static void find_file(void) {
    const char *path = getenv("DISK_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *numbers = mmap(NULL, sizeof *answers, PROT_READ, MAP_SHARED, file, 0);
    if (numbers != MAP_FAILED) answers = numbers;
    close(file);
}

int fdatasync(int file) {
    if (answers) {
        int64_t wait = answers->wait_microseconds, every = answers->fails_every;
        if (wait > 0) usleep((useconds_t)wait);
        if (every > 0 && atomic_fetch_add(&calls, 1) % every == every - 1) {
            errno = EIO;
            return -1;
        }
    }
    return (int)syscall(SYS_fdatasync, file);
}
