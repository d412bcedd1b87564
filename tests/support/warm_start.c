/* Starts a program once and forks it for each command.
 *
 * Half a second of processor time goes by before the program's more than two hundred shared libraries are relocated, longer
 * than most commands of the tests take. This library is preloaded (LD_PRELOAD) into the program and takes the place of the
 * C library's function that calls main(). The process then waits, relocated, at the socket whose number is in
 * LUMBARFEM_WARM_START. A request is a packet with two descriptors, for the command's standard output and error, and these
 * texts, each ended by a zero: the working directory, the number of arguments, the arguments, the environment's entries. It
 * is answered by the process's number when it was forked and by its wait status when it ended (an int each). The fork goes
 * on into the program's own main(), so what is tested is the program itself. Without the variable nothing is changed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int Main(int, char **, char **);
typedef int Start(Main *, int, char **, Main *, void (*)(void), void (*)(void), void *);

int __libc_start_main(Main *main, int argc, char **argv, Main *init, void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end);

static const char VARIABLE[] = "LUMBARFEM_WARM_START";

/* Receives a request into `text`; its length, or 0 at the end or when it is not complete. */
static ssize_t receive(int channel, char *text, size_t size, int streams[2])
{
  union
  {
    struct cmsghdr head;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec part = {text, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  const ssize_t length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  if (length <= 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || text[length - 1] != '\0' || !rights ||
      rights->cmsg_type != SCM_RIGHTS || rights->cmsg_len != CMSG_LEN(2 * sizeof(int)))
    return 0;
  memcpy(streams, CMSG_DATA(rights), 2 * sizeof(int));
  return length;
}

/* Answers requests until the other end is closed. Returns in the fork, with its environment in place and its arguments, behind
 * which that stands as the kernel lays them out. */
static char **serve(int channel, int *argc)
{
  static char text[1 << 18];
  int streams[2];
  ssize_t length;
  while ((length = receive(channel, text, sizeof text, streams)) > 0)
  {
    const pid_t child = fork();
    if (child == 0)
    {
      const int nothing = open("/dev/null", O_RDONLY);
      if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(streams[0], 1) < 0 || dup2(streams[1], 2) < 0 || chdir(text) != 0)
        _exit(127);
      if (nothing > 2)
        close(nothing);
      close(streams[0]);
      close(streams[1]);
      close(channel);
      const char *word = text + strlen(text) + 1;
      *argc = atoi(word);
      char **words = calloc((size_t)length + 2, sizeof *words);
      if (!words)
        _exit(127);
      int filled = 0;
      for (word += strlen(word) + 1; word < text + length; word += strlen(word) + 1)
      {
        if (filled == *argc)
          ++filled;
        words[filled++] = strdup(word);
      }
      environ = words + *argc + 1;
      return words;
    }
    close(streams[0]);
    close(streams[1]);
    int answer = child;
    if (send(channel, &answer, sizeof answer, MSG_NOSIGNAL) < 0 || child < 0 || waitpid(child, &answer, 0) < 0 ||
        send(channel, &answer, sizeof answer, MSG_NOSIGNAL) < 0)
      break;
  }
  _exit(0);
}

int __libc_start_main(Main *main, int argc, char **argv, Main *init, void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
  Start *start;
  *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
  const char *channel = getenv(VARIABLE);
  /* Nothing that the program starts is to wait, too. */
  unsetenv("LD_PRELOAD");
  if (channel)
    argv = serve(atoi(channel), &argc);
  return start(main, argc, argv, init, fini, rtld_fini, stack_end);
}
